/** Plays a batch: starts its entities, does to them what the plans say, and then helps each to its end. */
import type { EntityState } from '../../workflows/lifecycle/entry.js';
import type { Lifecycle } from '../../workflows/lifecycle/definition.js';
import { claimLifecycle } from '../../workflows/claim/states.js';
import { message } from '../lifecycles/support/messages.js';
import { helpClaim } from './claim-help.js';
import { scriptOf } from './claim-plan.js';
import { gather, type Evidence } from './evidence.js';
import { parcelLifecycle } from './parcel/states.js';
import type { Batch, EntityPlan } from './plan.js';
import { Talk } from './talk.js';
import type { World } from './world.js';

const LIFECYCLES: Readonly<Record<EntityPlan['lifecycle'], Lifecycle>> = {
  parcel: parcelLifecycle,
  claim: claimLifecycle,
};
const DAY_MS = 86_400_000;
/** How much time passes before each help, until an entity counts as stuck: longer than any deadline in between. */
const HELPINGS: Readonly<Record<EntityPlan['lifecycle'], readonly number[]>> = {
  parcel: [60_000, DAY_MS, 4 * DAY_MS, 4 * DAY_MS, 4 * DAY_MS],
  claim: [60_000, 60_000, 60_000, 60_000, DAY_MS, 31 * DAY_MS, 15 * DAY_MS, 121 * DAY_MS, 15 * DAY_MS, 15 * DAY_MS],
};
/** So many helps lead a claim on; those after it let its clocks strike. */
const LED = 4;

/** An entity of a batch, and what is to be proven of it. */
export interface Played {
  readonly plan: EntityPlan;
  readonly evidence: Evidence;
}

interface Player {
  readonly id: string;
  readonly plan: EntityPlan;
  readonly lifecycle: Lifecycle;
  readonly talk: Talk;
}

let batches = 0;

/**
 * Plays a batch to its end.
 * @param helpings how much time passes before each help; default: as long as an entity of the batch's lifecycle may need.
 */
export async function play(
  world: World,
  batch: Batch,
  helpings = HELPINGS[batch.entities[0]?.lifecycle ?? 'parcel'],
): Promise<Played[]> {
  batches++;
  const players = batch.entities.map((plan, i): Player => {
    const renewal = plan.renewAfter === null ? '' : `-r${plan.renewAfter}`;
    const id = `${plan.lifecycle.toUpperCase()}-${batches}-${i}${renewal}`;
    const lifecycle = LIFECYCLES[plan.lifecycle];
    return { id, plan, lifecycle, talk: new Talk(world.client, lifecycle, id, world.over) };
  });

  // What is never left may stay in memory.
  const remembered = !batch.world.some(({ unattended }) => unattended);
  await remember(world, remembered);
  for (const { talk } of players) talk.remembered = remembered;
  const pass = (durationMs: number) =>
    world.pass(
      durationMs,
      players.map(({ talk }) => talk.handle.workflowId),
    );

  for (const player of players) prepare(world, player);
  await Promise.all(players.map((player) => start(world, player)));
  for (const [nth, round] of batch.world.entries()) {
    world.recordsAvailable = !round.outage;
    world.pause(round.paused);
    await Promise.all(players.map((player) => lookFor(player, nth)));
    const speak = () => Promise.all(players.map((player) => speakAll(player, nth)));
    for (const { talk } of players) Object.assign(talk, { attended: !round.unattended, restful: !round.outage });
    if (round.unattended) {
      await world.leaveUnattended();
      await Promise.all([speak(), pass(round.passes)]);
      await world.attend();
    } else {
      await speak();
      await pass(round.passes);
    }
  }
  world.recordsAvailable = true;
  world.pause([]);
  for (const { talk } of players) Object.assign(talk, { attended: true, restful: true });
  // Services that answered nobody are back; who is silent stays so.
  for (const { id } of players) world.claims.expect(id, { trouble: () => undefined });
  await remember(world, true);
  await help(pass, players, helpings);
  await Promise.all(players.map(({ talk }) => talk.atRest()));
  return Promise.all(
    players.map(async ({ id, plan, lifecycle }) => ({ plan, evidence: await gather(world, lifecycle, id) })),
  );
}

/** Has the workers keep entities in memory, or read their histories anew for every task. */
async function remember(world: World, cached: boolean): Promise<void> {
  if (world.remembers === cached) return;
  await world.leaveUnattended();
  await world.attend({ cached });
}

/** People look before they act. */
async function lookFor({ plan, talk }: Player, round: number): Promise<void> {
  if (plan.rounds[round]?.some(({ say }) => say === 'task' || say === 'clock' || say === 'correct')) await talk.look();
}

async function speakAll({ plan, talk }: Player, round: number): Promise<void> {
  for (const command of plan.rounds[round] ?? []) await talk.say(command);
}

function prepare(world: World, { id, plan }: Player): void {
  if (plan.lifecycle === 'parcel') world.parcels.expect(id, plan.script);
  else world.claims.expect(id, scriptOf(plan.script));
}

async function start(world: World, { id, plan, lifecycle }: Player): Promise<void> {
  const workflowId = `${lifecycle.name}/${id}`;
  const data =
    plan.lifecycle === 'parcel'
      ? { parcelId: id, ...plan.script.notice }
      : {
          claimId: id,
          policyNumber: 'POL-77',
          dateOfLoss: '2012-10-29',
          causeOfLoss: '1',
          property: { state: 'NY', postalCode: '11692' },
        };
  await world.client.workflow.start(lifecycle.name, {
    workflowId,
    taskQueue: `throughline-${lifecycle.name}`,
    args: [message(workflowId, data, { messageId: 'submit' })],
    workflowIdReusePolicy: 'REJECT_DUPLICATE',
  });
}

/** Lifts what blocks, decides what waits for a person, lets time pass; again and again until every entity has ended. */
async function help(
  pass: (durationMs: number) => Promise<void>,
  players: readonly Player[],
  helpings: readonly number[],
): Promise<void> {
  let open = [...players];
  for (const [nth, passes] of helpings.entries()) {
    await pass(passes);
    const still = await Promise.all(open.map((player) => isOpen(player)));
    open = open.filter((_, i) => still[i]);
    if (open.length === 0) return;
    await Promise.all(open.map((player) => helpOne(player, nth)));
  }
}

async function isOpen({ talk }: Player): Promise<boolean> {
  const { status } = await talk.handle.describe();
  return status.name === 'RUNNING';
}

async function helpOne({ talk, plan }: Player, nth: number): Promise<void> {
  const leads = plan.lifecycle === 'claim' && nth < LED;
  if (leads && !plan.script.led) return;
  const state = await talk.look();

  if (!state) return;
  const because = { reasonCode: 'finish', reference: 'case-8' };
  for (const hold of Object.keys(state.holds)) await talk.kernel('releaseHold', { hold, ...because }, 'alice');
  for (const [clock, { pausedBy }] of Object.entries(state.clocks)) {
    if (pausedBy === 'person') await talk.kernel('resumeClock', { clock, ...because }, 'alice');
  }
  for (const [taskId, task] of Object.entries(state.reviews)) {
    if (task.assignee !== undefined && task.assignee !== 'alice') {
      await talk.kernel('assignReview', { taskId, assignee: 'alice' }, 'bob');
    }
    if (!task.ofState) await talk.kernel('resolveReview', { taskId, decision: 'seen', reasonCode: 'finish' }, 'alice');
  }
  if (plan.lifecycle === 'parcel') await helpParcel(talk, state, plan.renewAfter !== null);
  else await helpClaim(talk, state, leads);
}

async function helpParcel(talk: Talk, state: EntityState, renews: boolean): Promise<void> {
  if (renews && state.state === 'Ended') return;
  if (renews) return talk.message('writtenOff', { file: 'F-1' }, 'service');
  await talk.message('dutyPaid', { cents: 1_000 }, 'service');
  if (state.state === 'Inspection') await talk.message('inspect', { decision: 'abandon' }, 'alice');
}
