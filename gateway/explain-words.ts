/** The words of an explanation: one English sentence that a supervisor understands. */
import type { Explanation } from '../client/views.js';
import type { Entry } from '../workflows/lifecycle/entry.js';
import type { ExplainInput } from './explain.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Within this time of now, an instant is told with its time of day, in milliseconds. */
const NEAR_MS = 3 * DAY_MS;

/** Why the entity is in its state. */
export function becauseOf(input: ExplainInput): Explanation['because'] {
  const { enteredBy, causedBy, definition } = input;
  if (!enteredBy) return { causationId: '', sentence: 'the reason is not on record' };
  const { causationId, reason } = enteredBy;
  const code = reason && (reason.visibility ?? 'general') === 'general' ? ` (${reason.code})` : '';
  const cause = causeInWords(enteredBy, causedBy, definition.messages);
  return { causationId, ...(reason && { reason }), sentence: cause + code };
}

function causeInWords(
  entry: Entry,
  causedBy: Entry | undefined,
  messages: ExplainInput['definition']['messages'],
): string {
  const { causationId, from, reason, actor } = entry;
  if (from === undefined) return 'it was submitted';
  if (causationId.startsWith('clock:')) return `its deadline in ${from} passed`;
  if (causationId.startsWith('activity:')) {
    const call = causationId.slice('activity:'.length);
    // A call that failed for good names itself as the actor; an answer names its service.
    const failed = actor.id === call || reason?.code === 'serviceFailed';
    return failed ? `the call ${call} failed` : `the ${actor.id} service answered`;
  }
  const name = causedBy?.message?.name;
  const means = name === undefined ? undefined : messages[name]?.means;
  if (means !== undefined) return lowerFirst(means.replace(/[.;].*$/s, ''));
  return name === undefined ? `${actor.id} asked for it` : `the message ${name} arrived`;
}

/** The whole answer in one sentence. */
export function sentenceOf(facts: Omit<Explanation, 'sentence'>, now: Date): string {
  const age = spell(now.getTime() - Date.parse(facts.since));
  const { id, state, because } = facts;
  if (facts.closed) {
    const how = facts.outcome === undefined ? '' : ` as ${spaced(facts.outcome)}`;
    return `${id} was ${state}${how} ${age} ago because ${because.sentence}; nothing more is expected.`;
  }
  const blocked = technicalTrouble(facts);
  return `${id} has been ${state} for ${age} because ${because.sentence}; ${expected(facts, now)}${blocked}.`;
}

/** What it waits for, until when, and where it goes then. */
function expected(facts: Omit<Explanation, 'sentence'>, now: Date): string {
  const { waitsFor, owner, deadline, next } = facts;
  // An escalated entity may still expect something of others; what it waits for is the person.
  const named = facts.expectations
    .filter((expectation) => expectation.receivedAt === undefined && expectation.from === owner)
    .map(({ what }) => what)
    .filter((what) => what !== waitsFor);
  const list = named.length === 0 ? '' : ` (${named.join(', ')})`;
  const from = owner === null || waitsFor?.includes(owner) ? '' : ` from ${article(owner)}`;
  const wait = waitsFor === null ? `it goes on to ${alternatives(next)}` : `it waits for ${waitsFor}${list}${from}`;
  if (!deadline) return wait;
  const due = Date.parse(deadline.at);
  if (due < now.getTime()) {
    return `${wait}, but that was due ${spell(now.getTime() - due)} ago and it goes to ${deadline.leadsTo} as soon as a worker sees it`;
  }
  const then = deadline.leadsTo === facts.state ? `is raised again` : `goes to ${deadline.leadsTo}`;
  return `${wait} until ${instant(due, now)}, then it ${then}`;
}

/** Trouble belongs into the sentence; waiting for somebody is said there already. */
function technicalTrouble({ blockedBy }: Omit<Explanation, 'sentence'>): string {
  if (!blockedBy || ['person', 'customer', 'thirdParty'].includes(blockedBy.kind)) return '';
  return `; at the moment ${blockedBy.detail}${blockedBy.lastFailure === undefined ? '' : ` (${blockedBy.lastFailure})`}`;
}

/** A length of time in its largest sensible unit: `40 seconds`, `3 days`. */
export function spell(ms: number): string {
  const [n, unit] =
    ms < MINUTE_MS
      ? [Math.max(0, Math.round(ms / 1000)), 'second']
      : ms < 2 * HOUR_MS
        ? [Math.round(ms / MINUTE_MS), 'minute']
        : ms < 2 * DAY_MS
          ? [Math.round(ms / HOUR_MS), 'hour']
          : [Math.floor(ms / DAY_MS), 'day'];
  return `${n} ${unit}${n === 1 ? '' : 's'}`;
}

function instant(at: number, now: Date): string {
  const iso = new Date(at).toISOString();
  return at - now.getTime() > NEAR_MS ? iso.slice(0, 10) : `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}

const alternatives = (states: readonly string[]): string =>
  states.length < 2 ? (states[0] ?? 'nowhere') : `${states.slice(0, -1).join(', ')} or ${states.at(-1)}`;

/** Plural and collective owners go without an article. */
const article = (owner: string): string => (owner.endsWith('s') ? owner : `the ${owner}`);

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

/** `partlyPaid` → `partly paid`. */
const spaced = (code: string): string => code.replace(/[A-Z]/g, (capital) => ` ${capital.toLowerCase()}`);
