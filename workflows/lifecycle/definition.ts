/**
 * A lifecycle as pure data: states, transitions, deadlines, what is waited for, and what each message does when it is early,
 * late or wrong. `defineLifecycle` refuses a table that cannot work; everything else (flow, diagram, docs, lists) reads it.
 */

/** Milliseconds of real time under the `standard` profile. */
export type Duration = number;
export const minutes = (n: number): Duration => n * 60_000;
export const hours = (n: number): Duration => n * 3_600_000;
export const days = (n: number): Duration => n * 86_400_000;

/** One business state. */
export interface StateDefinition<State extends string = string> {
  /** What operations would say of an entity in it, one sentence. */
  readonly means: string;
  /** The states it may go to. Empty only with `terminal`. */
  readonly to: readonly State[];
  /** Longest time in the state, or why there is none. Required unless `terminal`. */
  readonly deadline?: Duration | { readonly unbounded: string };
  /** Where the deadline leads. Required with a bounded deadline. */
  readonly onDeadline?: State;
  /** Where a failure of a service leads, after its retries. Default: the workflow task of the entity keeps failing, visibly. */
  readonly onFailure?: State;
  /** Business phrase: `the fraud decision`. */
  readonly waitsFor?: string;
  /** Who acts next: `fraud service`, `claimant`, `claims reviewer`. */
  readonly owner: string;
  /** Entering it opens a review task in this queue; leaving it resolves the task. */
  readonly review?: { readonly queue: string; readonly priority: number };
  readonly terminal?: true;
  /** With `terminal`: which messages reopen it and for how long after closing. */
  readonly reopens?: { readonly by: readonly string[]; readonly within: Duration };
  /** Kept so that old journals stay readable; nothing may lead here any more. */
  readonly deprecated?: true;
}

/** A part's small state table: state → where it may go. */
export type PartTable = Readonly<Record<string, readonly string[]>>;

/** What a message does, by the state it meets. States in neither list: the message is `late`. */
export interface MessageRule<State extends string = string> {
  readonly kind: 'signal' | 'update';
  /** One sentence for the docs. */
  readonly means: string;
  /** States in which it is applied. */
  readonly in: readonly State[];
  /** States in which it is kept and applied as soon as one of `in` is entered. */
  readonly early?: readonly State[];
  /** A late one: `record` keeps its data and answers, `reject` refuses. */
  readonly late: 'record' | 'reject';
  /** It is a decision: refused when its envelope does not say who sent it. */
  readonly needsActor?: true;
}

/** A whole lifecycle. */
export interface Lifecycle<State extends string = string> {
  readonly name: string;
  /** Raised with every change of the table; stored with every entry. */
  readonly version: number;
  readonly initial: State;
  readonly states: Readonly<Record<State, StateDefinition<State>>>;
  readonly parts?: Readonly<Record<string, PartTable>>;
  readonly messages: Readonly<Record<string, MessageRule<State>>>;
}

/** A table that cannot work; `faults` names every fault with its state. */
export class InvalidLifecycle extends Error {
  override readonly name = 'InvalidLifecycle';
  constructor(
    readonly lifecycle: string,
    readonly faults: readonly string[],
  ) {
    super(`lifecycle ${lifecycle} cannot work: ${faults.join('; ')}`);
  }
}

/**
 * Checks a table and returns it unchanged, with the literal types of its states. Runs when the module is loaded, so a worker
 * with a bad table does not start.
 * @throws InvalidLifecycle with all faults.
 */
export function defineLifecycle<const State extends string>(lifecycle: Lifecycle<State>): Lifecycle<State> {
  const faults = faultsOf(lifecycle);
  if (faults.length > 0) throw new InvalidLifecycle(lifecycle.name, faults);
  return lifecycle;
}

/** Everything that is wrong with a table, one sentence each. */
export function faultsOf(lifecycle: Lifecycle): string[] {
  const names = Object.keys(lifecycle.states);
  const faults: string[] = [];
  if (!/^[a-z][a-zA-Z0-9]*$/.test(lifecycle.name)) {
    faults.push(`name "${lifecycle.name}" must be letters and digits, beginning with a small letter`);
  }
  if (!Number.isInteger(lifecycle.version) || lifecycle.version < 1) faults.push('version must be an integer from 1');
  if (!names.includes(lifecycle.initial)) faults.push(`initial state ${lifecycle.initial} is not a state`);
  for (const [name, state] of Object.entries(lifecycle.states)) faults.push(...faultsOfState(name, state, names));
  for (const name of unreachable(lifecycle)) {
    faults.push(`state ${name} cannot be reached from ${lifecycle.initial}; mark it deprecated or lead to it`);
  }
  for (const name of deadEnds(lifecycle)) faults.push(`state ${name} has no way to a terminal state`);
  for (const [kind, table] of Object.entries(lifecycle.parts ?? {})) faults.push(...faultsOfPart(kind, table));
  for (const [name, rule] of Object.entries(lifecycle.messages)) faults.push(...faultsOfMessage(name, rule, lifecycle));
  for (const [name, state] of Object.entries(lifecycle.states)) {
    for (const message of state.reopens?.by ?? []) {
      if (!lifecycle.messages[message]) faults.push(`state ${name} reopens by ${message}, which is not a message`);
    }
  }
  return faults;
}

function faultsOfState(name: string, state: StateDefinition, names: readonly string[]): string[] {
  const faults: string[] = [];
  for (const target of state.to) {
    if (!names.includes(target)) faults.push(`state ${name} leads to ${target}, which is not a state`);
  }
  if (state.terminal) {
    if (state.to.length > 0) {
      faults.push(`terminal state ${name} has an exit to ${state.to.join(', ')}; declare it with reopens instead`);
    }
    if (state.deadline !== undefined) faults.push(`terminal state ${name} has a deadline`);
    return faults;
  }
  if (state.reopens) faults.push(`state ${name} reopens but is not terminal`);
  if (state.deprecated) return faults;
  if (state.to.length === 0) faults.push(`state ${name} leads nowhere; mark it terminal or give it an exit`);
  if (state.deadline === undefined) {
    faults.push(`state ${name} has no deadline; give it one, or { unbounded: reason }`);
  } else if (typeof state.deadline === 'number') {
    if (!(state.deadline > 0)) faults.push(`state ${name} has a deadline of ${state.deadline} ms; it must be above 0`);
    if (state.onDeadline === undefined) faults.push(`state ${name} has a deadline but no onDeadline`);
  } else {
    if (state.deadline.unbounded.trim() === '') faults.push(`state ${name} is unbounded without a reason`);
    if (state.onDeadline !== undefined) faults.push(`state ${name} is unbounded but has onDeadline`);
  }
  for (const [field, target] of [
    ['onDeadline', state.onDeadline],
    ['onFailure', state.onFailure],
  ] as const) {
    if (target !== undefined && !state.to.includes(target)) {
      faults.push(`state ${name} has ${field} ${target}, which is not among its transitions`);
    }
  }
  return faults;
}

function faultsOfPart(kind: string, table: PartTable): string[] {
  return Object.entries(table).flatMap(([state, targets]) =>
    targets
      .filter((target) => table[target] === undefined)
      .map((target) => `part ${kind}: state ${state} leads to ${target}, which is not a state of the part`),
  );
}

function faultsOfMessage(name: string, rule: MessageRule, lifecycle: Lifecycle): string[] {
  const faults = [...rule.in, ...(rule.early ?? [])]
    .filter((state) => lifecycle.states[state] === undefined)
    .map((state) => `message ${name} names ${state}, which is not a state`);
  for (const state of rule.early ?? []) {
    if (rule.in.includes(state)) faults.push(`message ${name} is both early and applied in ${state}`);
  }
  if (rule.in.length === 0) faults.push(`message ${name} is applied in no state`);
  return faults;
}

function reachableFrom(starts: readonly string[], next: (state: string) => readonly string[]): Set<string> {
  const seen = new Set(starts);
  const queue = [...starts];
  for (let state = queue.pop(); state !== undefined; state = queue.pop()) {
    for (const target of next(state)) {
      if (!seen.has(target)) {
        seen.add(target);
        queue.push(target);
      }
    }
  }
  return seen;
}

function unreachable(lifecycle: Lifecycle): string[] {
  const seen = reachableFrom([lifecycle.initial], (state) => lifecycle.states[state]?.to ?? []);
  return Object.entries(lifecycle.states)
    .filter(([name, state]) => !seen.has(name) && !state.deprecated)
    .map(([name]) => name);
}

function deadEnds(lifecycle: Lifecycle): string[] {
  const states = Object.entries(lifecycle.states);
  const terminal = states.filter(([, state]) => state.terminal).map(([name]) => name);
  if (terminal.length === 0) return ['(every one: no state is terminal)'];
  const arriving = reachableFrom(terminal, (target) =>
    states.filter(([, state]) => state.to.includes(target)).map(([name]) => name),
  );
  return states
    .filter(([name, state]) => !arriving.has(name) && !state.deprecated && state.to.length > 0)
    .map(([name]) => name);
}

/** How the durations of the table scale. */
export const PROFILES = { standard: 1, brisk: 1 / 1440, fast: 1 / 86_400 } as const;

/** The kind of a part by its name: `<kind>:<name>`, or the only kind there is. */
export function partKind(lifecycle: Lifecycle, part: string): string | undefined {
  const kinds = Object.keys(lifecycle.parts ?? {});
  const prefix = part.split(':')[0] ?? '';
  if (part.includes(':')) return kinds.includes(prefix) ? prefix : undefined;
  return kinds.length === 1 ? kinds[0] : undefined;
}
