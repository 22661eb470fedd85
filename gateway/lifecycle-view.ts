/** A lifecycle's table as the console draws it. Pure. */
import { z } from 'zod';
import type {
  ClockDefinitionView,
  DurationView,
  EdgeTrigger,
  EdgeView,
  JsonSchema,
  LifecycleView,
  MessageView,
  ReviewDefinitionView,
  StateView,
} from '../client/lifecycle-views.js';
import type {
  ClockDefinition,
  Lifecycle,
  ReviewDefinition,
  StateDefinition,
} from '../workflows/lifecycle/definition.js';
import { isKernelMessage, KERNEL_MESSAGES } from '../workflows/lifecycle/kernel-messages.js';
import type { ServedLifecycle } from './lifecycles.js';

/** Everything but the versions, which the records know. */
export function lifecycleView({ binding, table }: ServedLifecycle): Omit<LifecycleView, 'versions'> {
  const states = Object.entries(table.states);
  return {
    lifecycle: table.name,
    version: table.version,
    initial: table.initial,
    states: states.map(([name, state]) => stateView(name, state, table.initial)),
    edges: states.flatMap(([name, state]) => edgesFrom(name, state, table)),
    parts: table.parts ?? {},
    clocks: Object.entries(table.clocks ?? {}).map(([name, clock]) => clockView(name, clock)),
    holds: table.holds ?? {},
    expectations: Object.fromEntries(
      Object.entries(table.expectations ?? {}).map(([name, { what, from, within }]) => [
        name,
        { what, from, ...(within !== undefined && { withinMs: within }) },
      ]),
    ),
    compensations: table.compensations ?? {},
    queues: queuesOf(table),
    messages: Object.entries(binding.messages).map(([name, { schema }]) => messageView(name, schema, table)),
    notice: jsonSchema(binding.notice),
  };
}

/** Queues in which review tasks of a lifecycle may be, sorted. */
function queuesOf({ states, lateReview }: Lifecycle): string[] {
  const reviews = [...Object.values(states).map(({ review }) => review), lateReview];
  const queues = reviews.flatMap((review) =>
    review ? [review.queue, ...(review.escalation ?? []).map(({ queue }) => queue)] : [],
  );
  return [...new Set(queues)].sort();
}

/** A message with the schema of its data. */
export function messageView(message: string, schema: z.ZodType, table: Lifecycle): MessageView {
  const kernel = isKernelMessage(message);
  const own = table.messages[message];
  const rule = own ?? (kernel ? KERNEL_MESSAGES[message] : undefined);
  return {
    message,
    label: inWords(message),
    means: rule?.means ?? '',
    kind: rule?.kind ?? 'update',
    kernel: own === undefined,
    ...(own && { in: own.in }),
    early: own?.early ?? [],
    late: rule?.late ?? 'reject',
    needsActor: rule?.needsActor === true,
    schema: jsonSchema(schema),
  };
}

/** What the zod schema takes, as a JSON Schema. */
function jsonSchema(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
}

/** `approveClaim` → `Approve claim`. */
function inWords(name: string): string {
  const words = name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, ' ').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function stateView(state: string, definition: StateDefinition, initial: string): StateView {
  const { means, owner, waitsFor, deadline, onDeadline, onFailure, review, reopens } = definition;
  return {
    state,
    means,
    owner,
    initial: state === initial,
    terminal: definition.terminal === true,
    deprecated: definition.deprecated === true,
    pivot: definition.pivot === true,
    detour: definition.detour === true,
    ...(waitsFor !== undefined && { waitsFor }),
    ...(typeof deadline === 'number' && { deadlineMs: deadline }),
    ...(typeof deadline === 'object' && { unbounded: deadline.unbounded }),
    ...(onDeadline !== undefined && { onDeadline }),
    ...(onFailure !== undefined && { onFailure }),
    ...(review && { review: reviewView(review) }),
    ...(reopens && { reopens: { by: reopens.by, withinMs: reopens.within, to: reopens.to } }),
  };
}

function reviewView({ queue, priority, decidedBy = [], escalation = [] }: ReviewDefinition): ReviewDefinitionView {
  return {
    queue,
    priority,
    decidedBy,
    escalation: escalation.map(({ after, ...level }) => ({ afterMs: after, ...level })),
  };
}

function edgesFrom(from: string, state: StateDefinition, table: Lifecycle): EdgeView[] {
  const reopening: EdgeView[] = state.reopens
    ? [{ from, to: state.reopens.to, triggers: state.reopens.by.map((name) => ({ kind: 'reopening', name })) }]
    : [];
  return [...state.to.map((to) => ({ from, to, triggers: triggersOf(from, to, state, table) })), ...reopening];
}

/** What takes an entity over an edge unasked; where nothing does, what is awaited has come. */
function triggersOf(from: string, to: string, state: StateDefinition, { clocks = {} }: Lifecycle): EdgeTrigger[] {
  const unasked: EdgeTrigger[] = [
    ...(to === state.onDeadline ? [{ kind: 'deadline' } as const] : []),
    ...Object.entries(clocks)
      .filter(([, { spans, onBreach }]) => onBreach === to && spans.includes(from))
      .map(([name]) => ({ kind: 'clock', name }) as const),
    ...(to === state.onFailure ? [{ kind: 'failure' } as const] : []),
  ];
  return unasked.length > 0 ? unasked : [{ kind: 'answer' }];
}

function clockView(clock: string, definition: ClockDefinition): ClockDefinitionView {
  const { means, starts, within, spans, pausedIn = [], onBreach } = definition;
  return { clock, means, starts, within: durationView(within), spans, pausedIn, onBreach };
}

function durationView(within: ClockDefinition['within']): DurationView {
  if (typeof within === 'number') return { ms: within };
  if ('fact' in within) return within;
  const { days, count, calendar } = within;
  return { days, count, calendar };
}
