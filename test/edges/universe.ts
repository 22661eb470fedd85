/**
 * All that a lifecycle's table promises, item by item: what tests have to walk before the table can be called tested. Computed
 * from the table alone, so a new state, clock or rule is uncovered until a test walks it.
 */
import type { ClockDefinition, Lifecycle, MessageRule, StateDefinition } from '../../workflows/lifecycle/definition.js';
import { KERNEL_MESSAGES } from '../../workflows/lifecycle/kernel-messages.js';

/** What is counted apart, in the order in which it is reported. */
export const KINDS = [
  'edges',
  'clocks',
  'messages',
  'kernel messages',
  'expectations',
  'part edges',
  'holds',
  'compensations',
  'escalation',
] as const;
export type Kind = (typeof KINDS)[number];

/** Items by kind. An item is a phrase that `walked.ts` spells alike. */
export type Items = Readonly<Record<Kind, ReadonlySet<string>>>;

/** Spelling of an edge; `how` tells the ways apart that the table names: a deadline, a failing service, a clock, a reopening. */
export const edge = (from: string | undefined, to: string, how?: string): string =>
  `${from ?? '(start)'} → ${to}${how === undefined ? '' : `, ${how}`}`;
export const BY_DEADLINE = 'by its deadline';
export const BY_FAILURE = 'by a service that failed';
export const byClock = (clock: string): string => `by clock ${clock}`;
export const byReopening = (message: string): string => `reopened by ${message}`;

/** What can become of a message by its rule. */
export type Ruling = 'applied' | 'held' | 'late' | 'late, with a task' | 'rejected' | 'ignored';
export const cell = (message: string, state: string, ruling: Ruling): string => `${message} in ${state}: ${ruling}`;

/** Everything that the table promises. States that are deprecated are only read, so nothing is promised of them. */
export function universeOf(lifecycle: Lifecycle): Items {
  const states = Object.entries(lifecycle.states).filter(([, { deprecated }]) => !deprecated);
  return {
    edges: new Set([
      edge(undefined, lifecycle.initial),
      ...states.flatMap(([name, state]) => edgesOf(name, state)),
      ...Object.entries(lifecycle.clocks ?? {}).flatMap(([clock, { spans, onBreach }]) =>
        spans.map((state) => edge(state, onBreach, byClock(clock))),
      ),
    ]),
    clocks: new Set([
      ...states.flatMap(([name, { deadline }]) =>
        typeof deadline === 'number' ? [`deadline of ${name}: started`, `deadline of ${name}: breached`] : [],
      ),
      ...byPeople('state'),
      ...Object.entries(lifecycle.clocks ?? {}).flatMap(([name, clock]) => changesOf(name, clock)),
    ]),
    messages: new Set(
      Object.entries(lifecycle.messages).flatMap(([message, rule]) =>
        states.flatMap(([state, { reopens }]) =>
          // Counted as an edge: it is not judged in the state, it ends it.
          reopens?.by.includes(message) ? [] : [cell(message, state, ruling(rule, state))],
        ),
      ),
    ),
    'kernel messages': new Set(Object.entries(KERNEL_MESSAGES).flatMap(([name, rule]) => kernelItems(name, rule))),
    expectations: new Set(
      Object.entries(lifecycle.expectations ?? {}).flatMap(([name, { reminders = [] }]) => [
        `${name}: asked`,
        `${name}: received`,
        ...reminders.map((_, i) => `${name}: reminder ${i + 1}`),
      ]),
    ),
    'part edges': new Set(Object.entries(lifecycle.parts ?? {}).flatMap(([kind, table]) => partEdges(kind, table))),
    holds: new Set(
      Object.entries(lifecycle.holds ?? {}).flatMap(([name, { blocks }]) => [
        `${name}: placed`,
        ...blocks.map((state) => `${name}: blocks ${state}`),
        `${name}: released`,
      ]),
    ),
    compensations: new Set(
      Object.keys(lifecycle.compensations ?? {}).flatMap((undo) => [
        `${undo}: registered`,
        `${undo}: undone`,
        `${undo}: failed`,
      ]),
    ),
    escalation: new Set([
      ...states.flatMap(([name, { review }]) => levels(name, review?.escalation)),
      ...levels('late evidence', lifecycle.lateReview?.escalation),
    ]),
  };
}

/** What the rule says of a message that meets a state. */
export function ruling(rule: MessageRule, state: string): Ruling {
  if (rule.in.includes(state)) return 'applied';
  if (rule.early?.includes(state)) return 'held';
  return ({ record: 'late', task: 'late, with a task', reject: 'rejected', ignore: 'ignored' } as const)[rule.late];
}

/** Spelling of a part's edge; its first state is entered from nowhere. */
export const partEdge = (kind: string, from: string | undefined, to: string): string => `${kind}: ${edge(from, to)}`;

function edgesOf(name: string, { to, deadline, onDeadline, onFailure, reopens }: StateDefinition): string[] {
  return [
    ...to.map((target) => edge(name, target)),
    ...(typeof deadline === 'number' && onDeadline !== undefined ? [edge(name, onDeadline, BY_DEADLINE)] : []),
    ...(onFailure !== undefined ? [edge(name, onFailure, BY_FAILURE)] : []),
    ...(reopens?.by.map((message) => edge(name, reopens.to, byReopening(message))) ?? []),
  ];
}

/** Any clock can be moved and paused by a person. */
const byPeople = (clock: string): string[] => [
  `${clock}: moved`,
  `${clock}: paused by a person`,
  `${clock}: resumed by a person`,
];

function changesOf(name: string, { starts, pausedIn = [], stops }: ClockDefinition): string[] {
  const bases = 'fact' in starts ? [`fact ${starts.fact}`] : starts.entering.map((state) => `entered ${state}`);
  return [
    ...bases.map((basis) => `${name}: started, ${basis}`),
    ...byPeople(name),
    ...pausedIn.flatMap((state) => [`${name}: paused in ${state}`, `${name}: resumed after ${state}`]),
    ...(stops ? [`${name}: stopped by its fact`] : []),
    `${name}: breached`,
  ];
}

function kernelItems(name: string, { kind }: { readonly kind: MessageRule['kind'] }): string[] {
  // Nobody waits for the answer of a signal, and the kernel's own carry nothing that could be refused.
  return kind === 'signal' ? [`${name}: applied`] : [`${name}: applied`, `${name}: rejected`];
}

function partEdges(kind: string, table: Readonly<Record<string, readonly string[]>>): string[] {
  const [first] = Object.keys(table);
  return [
    ...(first === undefined ? [] : [partEdge(kind, undefined, first)]),
    ...Object.entries(table).flatMap(([from, targets]) => targets.map((to) => partEdge(kind, from, to))),
  ];
}

function levels(of: string, escalation: readonly unknown[] = []): string[] {
  return escalation.map((_, i) => `${of}: level ${i + 1}`);
}
