/** Building patches, and what the parts' tables say of them. Pure but for workflow time. */
import { instant, stateClock, type ClockRules } from './clockwork.js';
import { partKind, type Lifecycle } from './definition.js';
import type { Clock, EntityState, Patch } from './entry.js';
import { openTask, resolvedByLeaving } from './reviews.js';
import { forwardOnly } from './saga.js';
import type { Move } from './spec.js';

const MAPS = ['facts', 'parts', 'clocks', 'expectations', 'holds', 'deferrals', 'reviews', 'compensations'] as const;

/** Two patches of one entry; maps are joined, the second wins. */
export function merged(a: Patch, b: Patch): Patch {
  const joined = MAPS.flatMap((map) => (a[map] && b[map] ? [[map, { ...a[map], ...b[map] }] as const] : []));
  return { ...a, ...b, ...Object.fromEntries(joined) };
}

/** Opens an expectation of the table, with its due and its first reminder. */
export function asked(
  lifecycle: Lifecycle,
  name: string,
  given: { readonly what?: string; readonly reference?: string },
  now: number,
  scale: number,
): Patch {
  const definition = lifecycle.expectations?.[name.split(':')[0] ?? ''];
  if (!definition) {
    throw new Error(`lifecycle ${lifecycle.name} expects ${name}, but its table has no such expectation`);
  }
  const { what, from, within, reminders } = definition;
  const due = within === undefined ? undefined : now + within * scale;
  const first = reminders?.[0];
  return {
    expectations: {
      [name]: {
        what,
        from,
        ...given,
        askedAt: instant(now),
        ...(due !== undefined && { dueAt: instant(due) }),
        ...(due !== undefined && first !== undefined && { remindAt: instant(due - first * scale) }),
      },
    },
  };
}

/** Closes an expectation; empty where it is not open. */
export function received(state: EntityState, name: string, now: number): Patch {
  const open = state.expectations[name];
  if (!open || open.receivedAt !== undefined) return {};
  const { remindAt: _at, ...answered } = open;
  return { expectations: { [name]: { ...answered, receivedAt: instant(now) } } };
}

/** The part that would leave its table, in words; undefined where all stay on it. */
export function partFault(lifecycle: Lifecycle, state: EntityState, patch: Patch): string | undefined {
  for (const [name, next] of Object.entries(patch.parts ?? {})) {
    const table = lifecycle.parts?.[partKind(lifecycle, name) ?? ''] ?? {};
    const current = state.parts[name]?.state;
    const legal = current === undefined ? Object.keys(table)[0] === next.state : table[current]?.includes(next.state);
    if (!legal && current !== next.state) {
      return `part ${name} cannot go from ${current ?? '(start)'} to ${next.state}: its table has no such edge`;
    }
  }
  return undefined;
}

/** Whether a transition leads back from a detour, to where the entity was before it. */
export function isReturn(state: EntityState, to: string): boolean {
  return state.clocks['state']?.suspends?.state === to;
}

function suspending(
  own: Clock | undefined,
  { state, clocks: { state: clock }, deferrals }: EntityState,
  detour: string,
): Clock | null {
  if (!own) return null;
  // A transition that waits for its guard, a person's decision maybe, goes on waiting, unless it is the one into this detour; calls
  // are made anew.
  const waiting = Object.entries(deferrals).filter(([, { move }]) => move !== undefined && move.to !== detour);
  return {
    ...own,
    suspends: {
      state,
      ...(clock && { clock }),
      ...(waiting.length > 0 && { deferrals: Object.fromEntries(waiting) }),
    },
  };
}

/** Back from a detour: what it suspended. */
function resumedState({ clocks }: EntityState): Patch {
  const { clock, deferrals } = clocks['state']?.suspends ?? {};
  return { clocks: { state: clock ?? null }, ...(deferrals && { deferrals }) };
}

/** What every transition changes by itself: the state's clock, the review task, the attention mark, an outcome that is undone. */
export function frame(rules: ClockRules, state: EntityState, workflowId: string, { to, reason }: Move<string>): Patch {
  const now = Date.now();
  const { review, terminal, detour, pivot } = rules.lifecycle.states[to] ?? {};
  if (isReturn(state, to)) return resumedState(state);
  if (detour) return { clocks: { state: suspending(stateClock(rules, to, now), state, to) } };
  const clock = stateClock(rules, to, now);
  const why = reason?.code ?? to;
  const opened = review && {
    [`${workflowId}#${state.sequence + 1}`]: openTask(review, {
      reason: why,
      now,
      scale: rules.scale,
      ofState: true,
      ...(clock && { dueAt: clock.dueAt }),
    }),
  };
  const tasks = { ...resolvedByLeaving(state, why), ...opened };
  const attention = review ? why : null;
  return {
    ...((clock ?? state.clocks['state']) && { clocks: { state: clock ?? null } }),
    ...(Object.keys(tasks).length > 0 && { reviews: tasks }),
    ...((attention !== null || state.attention !== undefined) && { attention }),
    ...(!terminal && state.outcome !== undefined && { outcome: null }),
    ...(pivot && forwardOnly(state)),
  };
}
