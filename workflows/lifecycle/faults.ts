/** What can be wrong with a lifecycle's table: one sentence per fault, each naming the state, message or part. */
import type { Lifecycle, MessageRule, PartTable, StateDefinition } from './definition.js';

/** Everything that is wrong with a table; empty when it can work. */
export function faultsOf(lifecycle: Lifecycle): string[] {
  return [
    ...faultsOfFrame(lifecycle),
    ...Object.entries(lifecycle.states).flatMap(([name, state]) => faultsOfState(name, state, lifecycle)),
    ...faultsOfWays(lifecycle),
    ...Object.entries(lifecycle.parts ?? {}).flatMap(([kind, table]) => faultsOfPart(kind, table)),
    ...Object.entries(lifecycle.messages).flatMap(([name, rule]) => faultsOfMessage(name, rule, lifecycle)),
  ];
}

function faultsOfFrame({ name, version, initial, states }: Lifecycle): string[] {
  const faults: string[] = [];
  if (!/^[a-z][a-zA-Z0-9]*$/.test(name)) {
    faults.push(`name "${name}" must be letters and digits, beginning with a small letter`);
  }
  if (!Number.isInteger(version) || version < 1) faults.push(`version is ${version}; it must be an integer from 1`);
  const first = states[initial];
  if (!first) faults.push(`initial state ${initial} is not a state`);
  else if (first.terminal) faults.push(`initial state ${initial} is terminal`);
  else if (first.deprecated) faults.push(`initial state ${initial} is deprecated`);
  return faults;
}

function faultsOfState(name: string, state: StateDefinition, lifecycle: Lifecycle): string[] {
  return [
    ...faultsOfTargets(name, state, lifecycle),
    ...(state.terminal ? faultsOfTerminal(name, state, lifecycle) : faultsOfOpen(name, state)),
  ];
}

function faultsOfTargets(name: string, state: StateDefinition, { states }: Lifecycle): string[] {
  const faults: string[] = [];
  for (const target of new Set(state.to)) {
    if (!states[target]) faults.push(`state ${name} leads to ${target}, which is not a state`);
    else if (states[target].deprecated && !state.deprecated) {
      faults.push(`state ${name} leads to ${target}, which is deprecated`);
    }
  }
  if (new Set(state.to).size < state.to.length) faults.push(`state ${name} names a transition twice`);
  return faults;
}

function faultsOfTerminal(name: string, state: StateDefinition, { messages }: Lifecycle): string[] {
  const faults: string[] = [];
  if (state.to.length > 0) {
    faults.push(`terminal state ${name} has an exit to ${state.to.join(', ')}; declare it with reopens instead`);
  }
  for (const field of ['deadline', 'onDeadline', 'onFailure', 'review'] as const) {
    if (state[field] !== undefined)
      faults.push(`terminal state ${name} has ${field}; nothing follows a terminal state`);
  }
  if (!state.reopens) return faults;
  if (state.reopens.by.length === 0) faults.push(`state ${name} reopens by no message`);
  if (!isBounded(state.reopens.within)) faults.push(`state ${name} reopens within ${state.reopens.within} ms`);
  for (const message of state.reopens.by) {
    if (!messages[message]) faults.push(`state ${name} reopens by ${message}, which is not a message`);
  }
  return faults;
}

function faultsOfOpen(name: string, state: StateDefinition): string[] {
  const faults: string[] = [];
  if (state.reopens) faults.push(`state ${name} reopens but is not terminal`);
  if (state.deprecated) return faults;
  if (state.to.length === 0) faults.push(`state ${name} leads nowhere; mark it terminal or give it an exit`);
  const { deadline } = state;
  if (deadline === undefined) {
    faults.push(`state ${name} has no deadline; give it one, or { unbounded: reason }`);
  } else if (typeof deadline === 'number') {
    if (!isBounded(deadline))
      faults.push(`state ${name} has a deadline of ${deadline} ms; it must be above 0 and finite`);
    if (state.onDeadline === undefined) faults.push(`state ${name} has a deadline but no onDeadline`);
  } else {
    if (deadline.unbounded.trim() === '') faults.push(`state ${name} is unbounded without a reason`);
    if (state.onDeadline !== undefined) faults.push(`state ${name} is unbounded but has onDeadline`);
  }
  for (const field of ['onDeadline', 'onFailure'] as const) {
    const target = state[field];
    if (target !== undefined && !state.to.includes(target)) {
      faults.push(`state ${name} has ${field} ${target}, which is not among its transitions`);
    }
  }
  return faults;
}

/** Every state must be reachable from the first, and the end from every state. Deprecated ones are only read, never entered. */
function faultsOfWays({ initial, states }: Lifecycle): string[] {
  const all = Object.entries(states);
  const current = all.filter(([, state]) => !state.deprecated);
  const exits = (name: string) => states[name]?.to ?? [];
  const reached = reachable([initial], exits);
  const faults = current
    .filter(([name]) => !reached.has(name))
    .map(([name]) => `state ${name} cannot be reached from ${initial}; mark it deprecated or lead to it`);

  const ends = all.filter(([, state]) => state.terminal).map(([name]) => name);
  if (ends.length === 0) return [...faults, 'no state is terminal'];
  const ending = reachable(ends, (target) => all.filter(([, { to }]) => to.includes(target)).map(([name]) => name));
  const stuck = current.filter(([name, { to }]) => to.length > 0 && !ending.has(name));
  return [...faults, ...stuck.map(([name]) => `state ${name} has no way to a terminal state`)];
}

function faultsOfPart(kind: string, table: PartTable): string[] {
  const [first] = Object.keys(table);
  if (first === undefined) return [`part ${kind} has no states`];
  const reached = reachable([first], (name) => table[name] ?? []);
  return Object.entries(table).flatMap(([name, targets]) => [
    ...targets
      .filter((target) => !table[target])
      .map((target) => `part ${kind}: state ${name} leads to ${target}, which is not a state of the part`),
    ...(reached.has(name) ? [] : [`part ${kind}: state ${name} cannot be reached from ${first}`]),
  ]);
}

function faultsOfMessage(name: string, rule: MessageRule, { states }: Lifecycle): string[] {
  const early = rule.early ?? [];
  const faults: string[] = [];
  for (const state of new Set([...rule.in, ...early])) {
    if (!states[state]) faults.push(`message ${name} names ${state}, which is not a state`);
    else if (states[state].terminal) {
      faults.push(`message ${name} is awaited in terminal state ${state}; what reopens it is declared with reopens`);
    }
  }
  if (rule.in.length === 0) faults.push(`message ${name} is applied in no state`);
  for (const state of early.filter((candidate) => states[candidate])) {
    if (rule.in.includes(state)) faults.push(`message ${name} is both early and applied in ${state}`);
    const ahead = reachable([state], (from) => states[from]?.to ?? []);
    if (!rule.in.some((target) => ahead.has(target))) {
      faults.push(`message ${name} is held in ${state}, from which no state that applies it can be reached`);
    }
  }
  return faults;
}

function isBounded(ms: number): boolean {
  return ms > 0 && Number.isFinite(ms);
}

function reachable(starts: readonly string[], next: (name: string) => readonly string[]): Set<string> {
  const seen = new Set(starts);
  // A set is visited in the order of insertion, those added meanwhile included.
  for (const name of seen) for (const target of next(name)) seen.add(target);
  return seen;
}
