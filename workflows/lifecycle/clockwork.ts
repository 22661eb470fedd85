/**
 * What clocks do: when they start, strike, stand still and go on. Pure functions from what an entity was, is about to be, and the
 * time, to the clocks as they are from then on; the entity journals them with the entry that caused them.
 */
import { addDays, dayOf, endOfDay, rolledForward, workingDaysBetween, type Calendar } from './calendar.js';
import type { CalendarDays, ClockDefinition, Duration, Lifecycle } from './definition.js';
import { factAt, type Clock, type EntityState, type Instant } from './entry.js';

type Facts = Readonly<Record<string, unknown>>;

const DAY_MS = 86_400_000;

/** By which rules an entity's clocks run. */
export interface ClockRules {
  readonly lifecycle: Lifecycle;
  readonly calendars: readonly Calendar[];
  /** How durations scale: 1 under the standard profile. */
  readonly scale: number;
}

/** An instant as it is written. */
export const instant = (ms: number): Instant => new Date(ms).toISOString();

/** The clock of a state's own deadline, for an entity that enters it; undefined where the state has none. */
export function stateClock({ lifecycle, scale }: ClockRules, state: string, now: number): Clock | undefined {
  const { deadline, onDeadline } = lifecycle.states[state] ?? {};
  if (typeof deadline !== 'number' || onDeadline === undefined) return undefined;
  return {
    basis: `entered ${state}`,
    startedAt: instant(now),
    dueAt: instant(now + Math.ceil(deadline * scale)),
    leadsTo: onDeadline,
  };
}

/** What an entry does to the named clocks beside what it says itself. */
export interface Moment {
  readonly state: string;
  readonly facts: Facts;
  /** A state is entered, be it the same one again. */
  readonly entering: boolean;
}

/** The named clocks that change when an entity comes from `before` to `after`; undefined where none does. */
export function clockChanges(
  rules: ClockRules,
  before: EntityState,
  after: Moment,
  now: number,
): Record<string, Clock> | undefined {
  const changes: Record<string, Clock> = {};
  const detour = rules.lifecycle.states[after.state]?.detour === true;
  for (const [name, definition] of Object.entries(rules.lifecycle.clocks ?? {})) {
    const clock = before.clocks[name];
    if (detour) {
      if (clock && isFulfilled(definition, after.facts)) changes[name] = stopped(clock, now);
      continue;
    }
    const changed = clock
      ? continued(rules, definition, clock, before.facts, after, now)
      : started(rules, definition, before, after, now);
    if (changed) changes[name] = changed;
  }
  return Object.keys(changes).length > 0 ? changes : undefined;
}

function continued(
  rules: ClockRules,
  definition: ClockDefinition,
  given: Clock,
  known: Facts,
  { state, facts }: Moment,
  now: number,
): Clock | undefined {
  const runs = definition.spans.includes(state);
  const stands = definition.pausedIn?.includes(state) === true;
  const fulfilled = isFulfilled(definition, facts);
  const over = rules.lifecycle.states[state]?.terminal === true;
  // One that has struck stays on record, so that coming back into its span does not strike again.
  if (fulfilled || over || (!runs && !stands && given.breachedAt === undefined)) return stopped(given, now);
  if (given.breachedAt !== undefined) return undefined;
  const clock = recalculated(rules, given, lengthOf(definition, known), lengthOf(definition, facts), now);
  if (stands && clock.pausedAt === undefined) return paused(clock, 'state', now);
  if (runs && clock.pausedBy === 'state') return resumed(rules, lengthOf(definition, facts) ?? 0, clock, now);
  return clock === given ? undefined : clock;
}

/** The clock with another length: it counts from where it did, so its due moves by the difference; the clock itself where that is none. */
function recalculated(
  rules: ClockRules,
  clock: Clock,
  before: Duration | CalendarDays | undefined,
  after: Duration | CalendarDays | undefined,
  now: number,
): Clock {
  if (before === undefined || after === undefined) return clock;
  const from = Date.parse(clock.startedAt);
  const due = (within: Duration | CalendarDays) => Date.parse(dueOf(rules, within, from).dueAt);
  const difference = due(after) - due(before);
  if (difference === 0) return clock;
  const dueAt = instant(Date.parse(clock.dueAt) + difference);
  // One that stands still goes on standing still.
  if (clock.pausedAt === undefined) return moved(clock, dueAt, now);
  return { ...clock, change: 'moved', dueAt, originalDueAt: clock.originalDueAt ?? clock.dueAt };
}

function isFulfilled({ stops }: ClockDefinition, facts: Facts): boolean {
  return stops !== undefined && factAt(facts, stops.fact) !== undefined;
}

/** How long a clock runs; undefined where the fact that says it is not known. */
export function lengthOf({ within }: ClockDefinition, facts: Facts): Duration | CalendarDays | undefined {
  return typeof within === 'object' && 'fact' in within
    ? (factAt(facts, within.fact) as Duration | CalendarDays | undefined)
    : within;
}

function started(
  rules: ClockRules,
  definition: ClockDefinition,
  before: EntityState,
  { state, facts, entering }: Moment,
  now: number,
): Clock | undefined {
  const { starts, spans, pausedIn = [], onBreach } = definition;
  const counts = (name: string) => spans.includes(name) || pausedIn.includes(name);
  const within = lengthOf(definition, facts);
  if (!counts(state) || within === undefined || isFulfilled(definition, facts)) return undefined;
  let from = now;
  if ('entering' in starts) {
    if (!entering || !starts.entering.includes(state)) return undefined;
  } else {
    const fact = factAt(facts, starts.fact);
    const news = factAt(before.facts, starts.fact) === undefined || (entering && !counts(before.state));
    if (fact === undefined || !news) return undefined;
    from = instantOf(fact, within, rules) ?? now;
  }
  const clock: Clock = {
    basis: 'entering' in starts ? `entered ${state}` : `fact ${starts.fact}`,
    startedAt: instant(from),
    ...dueOf(rules, within, from),
    leadsTo: onBreach,
    change: 'started',
  };
  return pausedIn.includes(state) ? paused(clock, 'state', now) : clock;
}

/** The clock, standing still. */
export function paused(clock: Clock, by: 'state' | 'person', now: number): Clock {
  const { runningSince: _running, ...rest } = clock;
  return { ...rest, change: 'paused', pausedAt: instant(now), pausedBy: by, consumedMs: consumed(clock, now) };
}

/** The clock, running on with the time (or the working days) that it had left. */
export function resumed(rules: ClockRules, within: Duration | CalendarDays, clock: Clock, now: number): Clock {
  const { pausedAt = instant(now), pausedBy: _by, ...rest } = clock;
  return {
    ...rest,
    change: 'resumed',
    runningSince: instant(now),
    dueAt: instant(dueAfterPause(rules, within, Date.parse(clock.dueAt), Date.parse(pausedAt), now)),
    originalDueAt: clock.originalDueAt ?? clock.dueAt,
  };
}

function dueAfterPause(
  rules: ClockRules,
  within: Duration | CalendarDays,
  dueAt: number,
  pausedAt: number,
  now: number,
): number {
  if (typeof within === 'number' || within.count === 'calendar' || rules.scale !== 1) return dueAt + now - pausedAt;
  const calendar = calendarOf(rules, within);
  // A due is the end of its day, which is the first instant of the next one.
  const left = workingDaysBetween(calendar, dayOf(calendar, pausedAt), dayOf(calendar, dueAt - 1));
  return endOfDay(calendar, addDays(calendar, dayOf(calendar, now), left, 'working'));
}

/** The clock with another due; one that had struck is armed again. */
export function moved(clock: Clock, dueAt: Instant, now: number): Clock {
  const { breachedAt: _struck, ...rest } = clock;
  return {
    ...rest,
    change: 'moved',
    dueAt,
    originalDueAt: clock.originalDueAt ?? clock.dueAt,
    consumedMs: consumed(clock, now),
    ...(clock.pausedAt === undefined && { runningSince: instant(now) }),
  };
}

/** The clock, having struck. */
export function breached(clock: Clock, now: number): Clock {
  return { ...clock, change: 'breached', breachedAt: instant(now), consumedMs: consumed(clock, now) };
}

function stopped(clock: Clock, now: number): Clock {
  return { ...clock, change: 'stopped', consumedMs: consumed(clock, now) };
}

/** How long it ran, pauses left out. */
export function consumed(
  { startedAt, runningSince, pausedAt, breachedAt, consumedMs = 0 }: Clock,
  now: number,
): number {
  if (pausedAt !== undefined || breachedAt !== undefined) return consumedMs;
  return consumedMs + now - Date.parse(runningSince ?? startedAt);
}

/** When a clock of that length strikes, and by which calendar. */
export function dueOf(
  rules: ClockRules,
  within: Duration | CalendarDays,
  from: number,
): Pick<Clock, 'dueAt' | 'calendar'> {
  if (typeof within === 'number') return { dueAt: instant(from + Math.ceil(within * rules.scale)) };
  // A simulated day has no weekends.
  if (rules.scale !== 1) return { dueAt: instant(from + Math.ceil(within.days * DAY_MS * rules.scale)) };
  const calendar = calendarOf(rules, within);
  const day = addDays(calendar, dayOf(calendar, from), within.days, within.count);
  return {
    dueAt: instant(endOfDay(calendar, within.roll ? rolledForward(calendar, day) : day)),
    calendar: `${calendar.name}@${calendar.version}`,
  };
}

function calendarOf({ calendars, lifecycle }: ClockRules, within: CalendarDays): Calendar {
  const calendar = calendars.find(({ name }) => name === within.calendar);
  if (calendar) return calendar;
  throw new Error(`lifecycle ${lifecycle.name} counts days by the calendar ${within.calendar}, which nobody supplies`);
}

/** The instant that a fact names; undefined where it names none. A date is the beginning of that day. */
function instantOf(fact: unknown, within: Duration | CalendarDays, rules: ClockRules): number | undefined {
  if (typeof fact !== 'string' || !/^\d{4}-\d\d-\d\d($|T)/.test(fact)) return undefined;
  if (fact.length > 10) return Number.isNaN(Date.parse(fact)) ? undefined : Date.parse(fact);
  if (typeof within === 'number') return Date.parse(`${fact}T00:00:00Z`);
  return endOfDay(calendarOf(rules, within), fact) - DAY_MS;
}
