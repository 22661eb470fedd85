/** What can be wrong with a lifecycle's table: one sentence per fault, each naming the state, message or part. */
import type {
  ClockDefinition,
  ExpectationDefinition,
  HoldDefinition,
  Lifecycle,
  MessageRule,
  PartTable,
  ReviewDefinition,
  StateDefinition,
} from './definition.js';
import { isKernelMessage } from './kernel-messages.js';

/** Everything that is wrong with a table; empty when it can work. */
export function faultsOf(lifecycle: Lifecycle): string[] {
  return [
    ...faultsOfFrame(lifecycle),
    ...Object.entries(lifecycle.states).flatMap(([name, state]) => faultsOfState(name, state, lifecycle)),
    ...faultsOfWays(lifecycle),
    ...Object.entries(lifecycle.parts ?? {}).flatMap(([kind, table]) => faultsOfPart(kind, table)),
    ...Object.entries(lifecycle.clocks ?? {}).flatMap(([name, clock]) => faultsOfClock(name, clock, lifecycle)),
    ...Object.entries(lifecycle.expectations ?? {}).flatMap(([name, expected]) => faultsOfExpectation(name, expected)),
    ...Object.entries(lifecycle.holds ?? {}).flatMap(([name, hold]) => faultsOfHold(name, hold, lifecycle)),
    ...(lifecycle.lateReview ? faultsOfReview('lateReview', lifecycle.lateReview, lifecycle) : []),
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
  else if (first.review) {
    faults.push(`initial state ${initial} has a review; let the entity begin in a state of its own`);
  } else if (first.deprecated) faults.push(`initial state ${initial} is deprecated`);
  return faults;
}

function faultsOfState(name: string, state: StateDefinition, lifecycle: Lifecycle): string[] {
  return [
    ...faultsOfTargets(name, state, lifecycle),
    ...(state.terminal ? faultsOfTerminal(name, state, lifecycle) : faultsOfOpen(name, state)),
    ...(state.review ? faultsOfReview(`state ${name}`, state.review, lifecycle) : []),
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
  for (const target of state.to) {
    if (!states[target]?.detour || states[target].to.includes(name)) continue;
    faults.push(
      `state ${name} makes the detour ${target}, from which it is not among the transitions; let it lead back`,
    );
  }
  if (new Set(state.to).size < state.to.length) faults.push(`state ${name} names a transition twice`);
  return faults;
}

function faultsOfTerminal(name: string, state: StateDefinition, { messages, states }: Lifecycle): string[] {
  const faults: string[] = [];
  if (state.to.length > 0) {
    faults.push(`terminal state ${name} has an exit to ${state.to.join(', ')}; declare it with reopens instead`);
  }
  for (const field of ['deadline', 'onDeadline', 'onFailure', 'review', 'detour', 'pivot'] as const) {
    if (state[field] !== undefined)
      faults.push(`terminal state ${name} has ${field}; nothing follows a terminal state`);
  }
  if (!state.reopens) return faults;
  if (state.reopens.by.length === 0) faults.push(`state ${name} reopens by no message`);
  if (!isBounded(state.reopens.within)) faults.push(`state ${name} reopens within ${state.reopens.within} ms`);
  const { to } = state.reopens;
  if (!states[to]) faults.push(`state ${name} reopens to ${to}, which is not a state`);
  else if (states[to].terminal) faults.push(`state ${name} reopens to ${to}, which is terminal too`);
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
  if (state.detour && (typeof deadline !== 'number' || state.review)) {
    faults.push(`detour ${name} needs a deadline in time, and no review: it ends soon, or it is no detour`);
  }
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
  const exits = (name: string) => {
    const { to = [], reopens } = states[name] ?? {};
    return reopens ? [...to, reopens.to] : to;
  };
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

function faultsOfReview(where: string, review: ReviewDefinition, { messages }: Lifecycle): string[] {
  const faults: string[] = [];
  for (const message of review.decidedBy ?? []) {
    if (!messages[message]) faults.push(`${where} is decided by ${message}, which is not a message`);
    else if (!messages[message].needsActor) {
      faults.push(`${where} is decided by ${message}, which must say needsActor: a decision is somebody's`);
    }
  }
  const levels = [0, ...(review.escalation ?? []).map(({ after }) => after)];
  if (levels.some((after, i) => i > 0 && after <= (levels[i - 1] ?? 0))) {
    faults.push(`${where} has escalation levels that do not follow each other in time`);
  }
  return faults;
}

function faultsOfClock(name: string, clock: ClockDefinition, { states }: Lifecycle): string[] {
  const { starts, spans, pausedIn = [], onBreach, within } = clock;
  const faults: string[] = [];
  if (name === 'state') faults.push("clock state is the name of every state's own deadline; give it another");
  if (!isLength(within)) {
    faults.push(`clock ${name} has no length; give it a duration above 0 or a number of days from 1`);
  }
  if (spans.length === 0) faults.push(`clock ${name} spans no state`);
  for (const state of new Set([...spans, ...pausedIn, ...('entering' in starts ? starts.entering : []), onBreach])) {
    if (!states[state]) faults.push(`clock ${name} names ${state}, which is not a state`);
  }
  for (const state of [...spans, ...pausedIn]) {
    if (states[state]?.terminal) faults.push(`clock ${name} runs in terminal state ${state}, where nothing can follow`);
  }
  for (const state of pausedIn) {
    if (spans.includes(state)) faults.push(`clock ${name} both runs and stands still in ${state}`);
  }
  for (const state of 'entering' in starts ? starts.entering : []) {
    if (!spans.includes(state)) faults.push(`clock ${name} starts in ${state}, which it does not span`);
  }
  for (const state of [...spans, ...pausedIn]) {
    if (states[state]?.detour)
      faults.push(`clock ${name} names the detour ${state}, in which every clock runs on by itself`);
  }
  for (const state of spans) {
    if (states[state] && !states[state].to.includes(onBreach)) {
      faults.push(`clock ${name} leads from ${state} to ${onBreach}, which is not among its transitions`);
    }
  }
  return faults;
}

function faultsOfExpectation(name: string, { within, reminders = [] }: ExpectationDefinition): string[] {
  const faults: string[] = [];
  if (within !== undefined && !isBounded(within)) faults.push(`expectation ${name} is due within ${within} ms`);
  if (reminders.length > 0 && within === undefined) {
    faults.push(`expectation ${name} has reminders but is never due; give it within`);
  }
  if (reminders.some((before, i) => before <= 0 || before >= (reminders[i - 1] ?? within ?? Infinity))) {
    faults.push(`expectation ${name} has reminders that are not between asking and due, the longest first`);
  }
  return faults;
}

function faultsOfHold(name: string, { blocks, by }: HoldDefinition, { states, initial }: Lifecycle): string[] {
  const faults: string[] = [];
  if (blocks.length === 0) faults.push(`hold ${name} blocks nothing`);
  if (by.length === 0) faults.push(`hold ${name} can be placed by nobody`);
  for (const state of blocks) {
    if (!states[state]) faults.push(`hold ${name} blocks ${state}, which is not a state`);
    else if (state === initial) faults.push(`hold ${name} blocks ${state}, in which every entity begins`);
  }
  return faults;
}

function faultsOfMessage(name: string, rule: MessageRule, { states, lateReview }: Lifecycle): string[] {
  const early = rule.early ?? [];
  const faults: string[] = [];
  if (isKernelMessage(name)) faults.push(`message ${name} is one that every lifecycle has; give it another name`);
  if (rule.late === 'task' && !lateReview) {
    faults.push(`message ${name} opens a task when it is late; say in lateReview in which queue`);
  }
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

function isLength(within: ClockDefinition['within']): boolean {
  if (typeof within === 'number') return isBounded(within);
  return 'fact' in within ? within.fact !== '' : Number.isInteger(within.days) && within.days > 0;
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
