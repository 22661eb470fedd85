/**
 * What somebody may do with an entity now. It foresees what the entity would say, so that people are not offered what would be refused;
 * the entity itself judges when the message comes. Pure but for the clock.
 */
import { UnknownMessage } from '../client/errors.js';
import type { ActionsView, ActionView, MessageView } from '../client/lifecycle-views.js';
import type { EntityRecord } from '../records/entity-record.js';
import type { ReviewTask } from '../workflows/lifecycle/entry.js';
import { REMEDIES } from '../workflows/lifecycle/remedies.js';
import { lacking } from './access/guard.js';
import { sendersOf } from './access/senders.js';
import type { Asker } from './asker.js';
import { messageView } from './lifecycle-view.js';
import type { ServedLifecycle } from './lifecycles.js';
import { reopenableUntil } from './reopening.js';

/** Something that could be done, before it is known who asks. */
interface Possible {
  readonly message: string;
  readonly group: ActionView['group'];
  readonly preset?: Readonly<Record<string, unknown>>;
  readonly target?: string;
  /** Instead of the message's own name. */
  readonly label?: string;
  /** Code of the refusal that it would meet. */
  readonly refused?: string | undefined;
  /** What would help, where the code alone does not say it. */
  readonly sentence?: string;
  /** Only who gives work to others. */
  readonly supervisor?: true;
}

const ORDER: readonly ActionView['group'][] = ['decision', 'review', 'message', 'clock', 'hold', 'correction'];

/** @param record whole: what is shown of it are names and ids */
export function actionsOf(served: ServedLifecycle, record: EntityRecord, asker: Asker): ActionsView {
  const possible = record.closed
    ? ownMessages(served, record, asker)
    : [
        ...ownMessages(served, record, asker),
        ...reviewWork(record, asker),
        ...clockWork(record),
        ...holdWork(served, record, asker),
        ...corrections(served, record),
      ];
  const items = possible
    .map((one) => action(one, served, asker))
    .sort((a, b) => Number(b.allowed) - Number(a.allowed) || ORDER.indexOf(a.group) - ORDER.indexOf(b.group));
  const { lifecycle, id, state, sequence } = record;
  return { lifecycle, id, state, sequence, items };
}

function action(possible: Possible, { binding, table }: ServedLifecycle, asker: Asker): ActionView {
  const { message, group, preset = {}, target, label, supervisor } = possible;
  const bound = binding.messages[message];
  if (!bound) throw new UnknownMessage(table.name, message, Object.keys(binding.messages));
  const view: MessageView = messageView(message, bound.schema, table);
  const { properties = {} } = view.schema as { properties?: Readonly<Record<string, unknown>> };
  const refusal = forbidden(message, table, asker, supervisor) ?? refusalOf(possible);
  return {
    key: [message, label, target].filter((part) => part !== undefined).join(':'),
    message,
    label: label ?? view.label,
    means: view.means,
    kind: view.kind,
    group,
    schema: view.schema,
    preset,
    ...(target !== undefined && { target }),
    needsReason: 'reasonCode' in properties || 'reason' in properties,
    mayNeedSecondPerson: group === 'decision' && binding.secondPerson?.[message] !== undefined,
    allowed: refusal === undefined,
    ...(refusal && { refusal }),
  };
}

function refusalOf({ refused, sentence }: Possible): ActionView['refusal'] {
  return refused === undefined ? undefined : { code: refused, sentence: sentence ?? REMEDIES[refused] ?? refused };
}

function forbidden(
  message: string,
  table: ServedLifecycle['table'],
  asker: Asker,
  supervisor: true | undefined,
): ActionView['refusal'] {
  const needed = supervisor ? (['supervisor'] as const) : sendersOf(table, message);
  if (needed.some((role) => asker.may(role, table.name))) return undefined;
  return { code: 'Forbidden', sentence: lacking(asker, needed, table.name).message };
}

/** The lifecycle's own messages that people send. */
function ownMessages({ table }: ServedLifecycle, record: EntityRecord, asker: Asker): Possible[] {
  const { state, closed } = record;
  const decidedBy = table.states[state]?.review?.decidedBy ?? [];
  const task = Object.values(record.reviews).find(({ ofState }) => ofState);
  return Object.entries(table.messages).flatMap(([message, rule]) => {
    const senders = sendersOf(table, message);
    if (!senders.includes('operator') && !asker.may('service', table.name)) return [];
    const until = closed ? reopenableUntil(table, record, message) : undefined;
    if (until && until.getTime() > Date.now()) return [{ message, group: 'message' }];
    if (closed) {
      const sentence = `it has ended${record.outcome === undefined ? '' : ` (${record.outcome})`} and is not reopened by this`;
      return [{ message, group: 'message', refused: 'EntityClosed', sentence }];
    }
    const group = decidedBy.includes(message) ? 'decision' : 'message';
    const taken = rule.in.includes(state) || rule.early?.includes(state);
    if (!taken) {
      return [{ message, group, refused: 'wrongState', sentence: `possible in ${rule.in.join(', ')}` }];
    }
    const elsewhere = group === 'decision' && task ? assignedElsewhere(task, asker) : {};
    return [{ message, group, ...elsewhere }];
  });
}

function reviewWork({ reviews }: EntityRecord, asker: Asker): Possible[] {
  return Object.entries(reviews).flatMap(([taskId, task]): Possible[] => {
    const about = { group: 'review', target: taskId, preset: { taskId } } as const;
    const { proposal, assignee } = task;
    const mine = assignee === asker.id;
    const seconds = proposal && (proposal.by === asker.id || task.contributors?.includes(asker.id));
    return [
      {
        ...about,
        message: 'assignReview',
        label: 'Take',
        preset: { taskId, assignee: asker.id },
        ...(mine ? { refused: 'alreadyDone' } : assignedElsewhere(task, asker)),
      },
      { ...about, message: 'assignReview', label: 'Assign to', supervisor: true },
      {
        ...about,
        message: 'releaseReview',
        label: 'Release',
        refused: assignee === undefined ? 'notAssigned' : undefined,
      },
      { ...about, message: 'parkReview', label: 'Park', ...assignedElsewhere(task, asker) },
      ...(task.ofState
        ? []
        : [{ ...about, message: 'resolveReview', label: 'Resolve', ...assignedElsewhere(task, asker) }]),
      ...(proposal
        ? [
            {
              ...about,
              message: 'approveReview',
              label: 'Approve the proposal',
              preset: { taskId, proposal: proposal.digest },
              refused: seconds || asker.kind !== 'staff' ? 'fourEyes' : undefined,
            },
            {
              ...about,
              message: 'declineReview',
              label: 'Refuse the proposal',
              preset: { taskId, proposal: proposal.digest },
            },
          ]
        : []),
    ];
  });
}

function assignedElsewhere({ assignee }: ReviewTask, asker: Asker): Pick<Possible, 'refused' | 'sentence'> {
  if (assignee === undefined || assignee === asker.id) return {};
  return { refused: 'assignedElsewhere', sentence: `it is assigned to ${assignee}; have it released or reassigned` };
}

function clockWork({ clocks }: EntityRecord): Possible[] {
  return Object.entries(clocks).flatMap(([clock, { pausedBy, pausedAt, breachedAt }]): Possible[] => {
    const about = { group: 'clock', target: clock, preset: { clock } } as const;
    const stands = pausedAt !== undefined || breachedAt !== undefined;
    return [
      { ...about, message: 'moveClock' },
      pausedBy === 'person'
        ? { ...about, message: 'resumeClock' }
        : { ...about, message: 'pauseClock', refused: stands ? 'alreadyPaused' : undefined },
    ];
  });
}

function holdWork({ table }: ServedLifecycle, { holds }: EntityRecord, asker: Asker): Possible[] {
  return Object.entries(table.holds ?? {}).map(([hold, { by }]) => ({
    message: holds[hold] ? 'releaseHold' : 'placeHold',
    group: 'hold',
    target: hold,
    preset: { hold },
    refused: by.includes(asker.kind) ? undefined : 'noAuthority',
  }));
}

function corrections({ table }: ServedLifecycle, { decisions, state }: EntityRecord): Possible[] {
  return Object.entries(decisions).map(([sequence, decision]) => ({
    message: 'correctDecision',
    group: 'correction',
    target: `${decision.message} of ${decision.by}`,
    preset: { sequence: Number(sequence) },
    refused: table.states[state]?.to.includes(decision.state) ? undefined : 'notCorrectable',
  }));
}
