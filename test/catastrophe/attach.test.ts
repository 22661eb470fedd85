/** Claims that run: their calls yield to everyday ones, and those that came before the declaration are attached once. */
import { Context } from '@temporalio/activity';
import type { Priority } from '@temporalio/common';
import { NativeConnection, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { CatastrophesClient, GatewayClient, ThroughlineClient } from '../../client/index.js';
import { searchAttributes } from '../../workflows/lifecycle/search-attributes.js';
import { World, staff } from '../explain/world.js';
import { message } from '../lifecycles/support/messages.js';
import { CLEAR } from '../lifecycles/support/script.js';
import { eventually } from '../support/eventually.js';
import { throughline as run } from './command-line.js';
import { lossOf, sandy, sandyLoss } from './declared.js';

let world: World;
beforeAll(async () => {
  world = await World.set();
});
afterAll(() => world.strike());

/** A claim that waits for its fraud decision, and then for its assessment. */
async function submitted(data: ReturnType<typeof sandyLoss>): Promise<string> {
  world.services.expect(data.claimId, { fraud: 'silence', findings: 'silence' });
  await world.stage.temporal.workflow.start('claim', {
    workflowId: `claim/${data.claimId}`,
    taskQueue: 'throughline-claim',
    args: [message(`claim/${data.claimId}`, data, { messageId: 'submit' })],
  });
  return data.claimId;
}

const throughline = (...args: string[]) => run(world.stage.gatewayUrl, 'catastrophe', ...args);

const attachments = async (id: string) =>
  (
    await world.stage.query<{ n: number }>(
      `SELECT count(*)::integer AS n FROM throughline.journal
        WHERE entity_id = $1 AND message_name = 'attachCatastrophe' AND entry -> 'message' ->> 'outcome' = 'applied'`,
      [id],
    )
  )[0]?.n;

it('are attached by date of loss and area, each once', async () => {
  const ids = await Promise.all(Array.from({ length: 6 }, (_, i) => submitted(sandyLoss(`CLM-A-${i}`))));
  const elsewhere = await submitted(lossOf('2012-10-29', 'CT', '06840', 'CLM-A-CT'));
  const later = await submitted(lossOf('2012-11-09', 'NY', '11693', 'CLM-A-LATER'));
  const other = await submitted({ ...sandyLoss('CLM-A-OTHER'), catastrophe: 'Irene' } as ReturnType<typeof sandyLoss>);
  const gone = await submitted(sandyLoss('CLM-A-GONE'));
  const all = [...ids, elsewhere, later, other, gone];
  for (const id of all) await world.explained(id, ({ state }) => state === 'FraudScreenPending');
  await world.ask(gone, 'withdraw', { reasonCode: 'repaired' }, staff('u-1'));
  await world.explained(gone, ({ closed }) => closed);

  const catastrophes = new CatastrophesClient(new GatewayClient(world.stage.gatewayUrl), staff('carol'));
  await catastrophes.declare(sandy());
  const preview = `6 open claims on record fit SANDY-2012, 1 closed ones stay as they are`;
  expect((await throughline('attach', 'SANDY-2012', '--dry-run')).out).toBe(`${preview}; nothing was attached\n`);
  expect(await Promise.all(all.map(attachments))).toEqual(all.map(() => 0));

  // An earlier run of the same order was interrupted after the first two.
  for (const id of ids.slice(0, 2)) {
    const data = { catastrophe: 'Hurricane Sandy', reference: 'W-12092' };
    await world.run(id).executeUpdate('attachCatastrophe', {
      args: [message(`claim/${id}`, data, { messageId: 'attach:SANDY-2012', actor: staff('carol') })],
    });
  }
  const { out, err } = await throughline('attach', 'SANDY-2012', '--json', '--actor', 'carol');
  expect(err).toMatch(/^[4-6] open claims on record fit SANDY-2012/);
  const report = JSON.parse(out) as { count: number; attached: number; refused: unknown[] };
  // They are counted first: of the two that were attached just before, some may come on record as attached in between.
  expect(report.refused).toEqual([]);
  expect(report.count - report.attached).toBeLessThanOrEqual(2);
  for (const id of ids) await eventually(async () => (await attachments(id)) === 1);
  await eventually(async () => (await catastrophes.board('SANDY-2012')).received === 6);
  expect((await throughline('attach', 'SANDY-2012')).out).toBe('0 attached, none refused\n');
  expect(await Promise.all([elsewhere, later, other, gone].map(attachments))).toEqual([0, 0, 0, 0]);
  const journal = await new GatewayClient(world.stage.gatewayUrl).journal('claim', ids[5] ?? '');
  expect(journal.items.find(({ message: sent }) => sent?.name === 'attachCatastrophe')).toMatchObject({
    actor: { kind: 'staff', id: 'carol' },
    message: { messageId: 'attach:SANDY-2012', outcome: 'applied' },
  });
});

/** What the calls of a service bear while something happens, by claim; its own worker rests meanwhile. */
async function prioritiesOf(
  service: 'fraud' | 'assessment',
  activity: string,
  during: (seen: ReadonlyMap<string, Priority | undefined>) => Promise<void>,
): Promise<ReadonlyMap<string, Priority | undefined>> {
  const seen = new Map<string, Priority | undefined>();
  await world.unpoll(service);
  const connection = await NativeConnection.connect({ address: inject('temporalAddress') });
  const worker = await Worker.create({
    connection,
    namespace: world.stage.namespace,
    taskQueue: `throughline-${service}`,
    activities: {
      [activity]: ({ claimId }: { readonly claimId: string }) => {
        seen.set(claimId, Context.current().info.priority);
        throw new Error('it is all that was to be known');
      },
    },
  });
  await worker.runUntil(() => during(seen));
  await connection.close();
  await world.poll(service);
  return seen;
}

it('have calls that bear the priority of their claim', async () => {
  const { temporal, gatewayUrl } = world.stage;
  const client = new ThroughlineClient({ temporal, gateway: gatewayUrl, source: '/test' });
  await client.catastrophes.declare(sandy());
  const seen = await prioritiesOf('fraud', 'requestFraudScreen', async (calls) => {
    await client.claims.submit(sandyLoss('CLM-P-1'));
    await client.claims.submit(lossOf('2012-10-29', 'CT', '06840', 'CLM-P-2'));
    await eventually(() => calls.has('CLM-P-1') && calls.has('CLM-P-2'));
  });
  expect(seen.get('CLM-P-1')).toMatchObject({ priorityKey: 4, fairnessKey: 'SANDY-2012' });
  expect(seen.get('CLM-P-2')).toMatchObject({ priorityKey: 3 });
});

describe('one that was attached', () => {
  const ID = 'CLM-L-1';
  const described = (id: string) => world.run(id).describe();
  const labelOf = async (id: string) =>
    (await described(id)).typedSearchAttributes.get(searchAttributes.catastrophe) ?? null;

  it('bears the name in the lists of Temporal from then on', async () => {
    await new CatastrophesClient(new GatewayClient(world.stage.gatewayUrl), staff('carol')).declare(sandy());
    await submitted(sandyLoss(ID));
    await world.explained(ID, ({ state }) => state === 'FraudScreenPending');
    expect(await labelOf(ID)).toBeNull();
    expect(await throughline('attach', 'SANDY-2012')).toMatchObject({ code: 0, out: '1 attached, none refused\n' });
    await eventually(async () => (await labelOf(ID)) === 'Hurricane Sandy');
    const listed = async () => {
      const ids: string[] = [];
      const query = `Catastrophe = 'Hurricane Sandy' AND ExecutionStatus = 'Running'`;
      for await (const { workflowId } of world.stage.temporal.workflow.list({ query })) ids.push(workflowId);
      return ids;
    };
    await eventually(async () => (await listed()).includes(`claim/${ID}`));
  });

  it('lets everyday claims pass with its next call, as those that tied to it at once', async () => {
    const everyday = await submitted(lossOf('2012-10-29', 'CT', '06840', 'CLM-L-2'));
    await world.explained(everyday, ({ state }) => state === 'FraudScreenPending');
    const seen = await prioritiesOf('assessment', 'requestAssessment', async (calls) => {
      for (const id of [ID, everyday]) await world.tell(id, 'fraudDecision', CLEAR);
      await eventually(() => calls.has(ID) && calls.has(everyday));
    });
    expect(seen.get(ID)).toMatchObject({ priorityKey: 4 });
    // Started past the client, it has none of its own: Temporal takes that for 3.
    expect(seen.get(everyday)?.priorityKey ?? 3).toBe(3);
  });

  it('is routed as one of the storm where it is reopened while that is open', async () => {
    for (const id of [ID, 'CLM-L-2']) {
      await world.ask(id, 'withdraw', { reasonCode: 'repaired' }, staff('u-1'));
      await eventually(async () => (await described(id)).status.name === 'COMPLETED');
      const { claims } = new ThroughlineClient({ gateway: world.stage.gatewayUrl, source: '/test' });
      await claims.message(id, 'openLitigation', { reference: 'DKT-1', reasonCode: 'suit' }, { actor: staff('lea') });
    }
    const priorityOf = async (id: string) => (await described(id)).priority;
    expect(await priorityOf(ID)).toMatchObject({ priorityKey: 4, fairnessKey: 'SANDY-2012' });
    expect(await priorityOf('CLM-L-2')).toMatchObject({ priorityKey: 3 });
    expect(await labelOf(ID)).toBe('Hurricane Sandy');
  });
});
