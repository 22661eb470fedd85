/** The words of an explanation: one English sentence that a supervisor understands. */
import type {
  AdmissionView,
  ClockView,
  DeadlineView,
  ExpectationView,
  Explanation,
  OpenReview,
} from '../client/views.js';
import type { Entry, Money } from '../workflows/lifecycle/entry.js';
import type { ExplainInput } from './explain.js';
import { WITHHELD } from '../records/audience.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Within this time of now, an instant is told with its time of day, in milliseconds. */
const NEAR_MS = 3 * DAY_MS;

/** Why the entity is in its state. */
export function becauseOf(input: ExplainInput): Explanation['because'] {
  const { enteredBy, causedBy, definition } = input;
  if (!enteredBy) return { causationId: '', sentence: input.recordError ?? 'the reason is not on record' };
  const { causationId, reason } = enteredBy;
  const cause = causeInWords(enteredBy, causedBy, definition.messages);
  const code = reason?.code === WITHHELD ? undefined : reason?.code;
  return { causationId, ...(reason && { reason }), sentence: cause + inBrackets(code) };
}

function causeInWords(
  entry: Entry,
  causedBy: Entry | undefined,
  messages: ExplainInput['definition']['messages'],
): string {
  const { causationId, from, reason, actor } = entry;
  if (from === undefined) return 'it was submitted';
  if (causationId === 'clock:state') return `its deadline in ${from} passed`;
  if (causationId.startsWith('clock:')) return `its clock ${causationId.slice('clock:'.length)} ran out in ${from}`;
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
  const when = facts.asOf === undefined ? '' : `As of ${facts.asOf.slice(0, 10)} ${facts.asOf.slice(11, 19)} UTC: `;
  return when + whole(facts, now);
}

function whole(facts: Omit<Explanation, 'sentence'>, now: Date): string {
  const age = spell(now.getTime() - Date.parse(facts.since));
  const { id, state, because, blockedBy } = facts;
  if (blockedBy?.admission) return inLineInWords(id, age, blockedBy.admission, now);
  if (facts.closed) {
    const how = facts.outcome === undefined ? '' : ` as ${spaced(facts.outcome)}`;
    const rest = blockedBy === null ? 'nothing more is expected' : blockedBy.detail;
    return `${id} was ${state}${how}${partsInWords(facts.parts)} ${age} ago because ${because.sentence}; ${rest}.`;
  }
  const { record } = facts.sources;
  const why = 'error' in record ? `as far as Temporal knows (${record.error})` : `because ${because.sentence}`;
  return `${id} has been ${state}${partsInWords(facts.parts)} for ${age} ${why}; ${expected(facts, now)}${undoing(facts)}${trouble(facts)}.`;
}

/** Parts that have gone different ways: ` (building Paid 38,000.00 USD, contents NotPayable: 03)`. */
function partsInWords(parts: Explanation['parts']): string {
  // Further kinds of parts bear their kind in their name; the first kind is what the entity is made of.
  const own = Object.entries(parts).filter(([name]) => !name.includes(':'));
  if (new Set(own.map(([, part]) => part.state)).size < 2) return '';
  const said = own.map(([name, { state, amount, reason }]) => {
    const why = reason === undefined || reason === WITHHELD ? '' : `: ${reason}`;
    return `${name} ${state}${amount && amount.minor > 0 ? ` ${inMoney(amount)}` : ''}${why}`;
  });
  return inBrackets(...said);
}

const inMoney = ({ minor, currency }: Money): string =>
  `${(minor / 100).toLocaleString('en-US', { minimumFractionDigits: 2 })} ${currency}`;

function inLineInWords(id: string, age: string, { name, rate, ahead, expectedAt }: AdmissionView, now: Date): string {
  return (
    `${id} has been waiting for admission, ${ahead} ahead, for ${age} because claims of ${name} are started at ${rate} per second; ` +
    `it starts by itself about ${instant(Date.parse(expectedAt), now)}, and nobody needs to act.`
  );
}

/** What it waits for, until when, and where it goes then. */
function expected(facts: Omit<Explanation, 'sentence'>, now: Date): string {
  const { waitsFor, owner, clocks, next, blockedBy } = facts;
  // An escalated entity may still expect something of others; what it waits for is the person.
  const missing = missingFrom(owner, facts.expectations);
  const named = missing.map(({ what }) => what).filter((what) => what !== waitsFor);
  const from = owner === null || waitsFor?.includes(owner) ? '' : ` from ${article(owner)}`;
  const wait =
    waitsFor === null
      ? `it goes on to ${alternatives(next)}`
      : `it waits for ${waitsFor}${inBrackets(...named)}${from}${inBrackets(remindersInWords(missing, now))}`;
  const review = blockedBy?.kind === 'person' && blockedBy.review ? `, ${reviewInWords(blockedBy.review, now)},` : '';
  return wait + review + untilWhen(facts.deadline, clocks, facts.state, now);
}

function untilWhen(deadline: Explanation['deadline'], clocks: readonly ClockView[], state: string, now: Date): string {
  if (!deadline) {
    const still = clocks.find(({ pausedAt }) => pausedAt !== undefined);
    return still
      ? `; its clock ${still.name} stands still since ${instant(Date.parse(still.pausedAt ?? ''), now)}`
      : '';
  }
  const due = Date.parse(deadline.at);
  if (due < now.getTime()) {
    return `, but that was due ${spell(now.getTime() - due)} ago and it goes to ${deadline.leadsTo} as soon as a worker sees it`;
  }
  const then = deadline.leadsTo === state ? `is raised again` : `goes to ${deadline.leadsTo}`;
  return ` until ${instant(due, now)}${extensionInWords(deadline, now)}, then it ${then}`;
}

function extensionInWords({ originalAt, reference }: DeadlineView, now: Date): string {
  if (originalAt === undefined) return '';
  const by = reference === undefined ? '' : ` by ${reference}`;
  return ` (moved from ${instant(Date.parse(originalAt), now)}${by})`;
}

/** Once it has begun to undo what it did: what is left. */
function undoing({ compensations }: Omit<Explanation, 'sentence'>): string {
  if (!compensations.some(({ begunAt }) => begunAt !== undefined)) return '';
  const left = compensations.map(
    ({ name, failed }) => `${name}${failed ? inBrackets(`failed: ${failed.reason}`) : ''}`,
  );
  return `; still to be undone: ${left.join(', ')}`;
}

/** Trouble belongs into the sentence; waiting for somebody is said there already. */
function trouble({ blockedBy }: Omit<Explanation, 'sentence'>): string {
  if (!blockedBy || ['person', 'customer', 'thirdParty'].includes(blockedBy.kind)) return '';
  return `; at the moment ${blockedBy.detail}${inBrackets(blockedBy.lastFailure)}`;
}

/** What has not come from whoever acts next. */
export function missingFrom(owner: string | null, expectations: readonly ExpectationView[]): ExpectationView[] {
  return expectations.filter(({ receivedAt, from }) => receivedAt === undefined && from === owner);
}

/** How often the other side was reminded of what is missing, and when it will be: `reminded once, again on 2012-12-21`. */
export function remindersInWords(missing: readonly ExpectationView[], now: Date): string {
  const reminded = Math.max(0, ...missing.map((one) => one.reminded ?? 0));
  const [next] = missing.flatMap(({ remindAt }) => (remindAt === undefined ? [] : [remindAt])).sort();
  const said = reminded === 0 ? [] : [`reminded ${times(reminded)}`];
  if (next !== undefined) said.push(`${reminded === 0 ? 'reminded' : 'again'} on ${instant(Date.parse(next), now)}`);
  return said.join(', ');
}

/** Where a review task is and who has it: `in the queue claims-review, taken by u-7`. */
export function reviewInWords(task: OpenReview, now: Date): string {
  const { queue, assignee, level = 0, proposal, parkedUntil, escalatesAt } = task;
  const parts = [`in the queue ${queue}`];
  if (level > 0) parts.push(`escalated ${times(level)}`);
  parts.push(assignee === undefined ? 'taken by nobody' : `taken by ${assignee}`);
  if (proposal) parts.push(`decided by ${proposal.by} and to be approved by a second person`);
  if (parkedUntil !== undefined) parts.push(`parked until ${instant(Date.parse(parkedUntil), now)}`);
  if (escalatesAt !== undefined) parts.push(`to be escalated on ${instant(Date.parse(escalatesAt), now)}`);
  return parts.join(', ');
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

/** A point in time: its day, with the time of day where it is near. */
export function instant(at: number, now: Date): string {
  const iso = new Date(at).toISOString();
  return Math.abs(at - now.getTime()) > NEAR_MS ? iso.slice(0, 10) : `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}

/** What is there, in brackets behind a space; nothing where nothing is there. */
export function inBrackets(...parts: readonly (string | undefined)[]): string {
  const said = parts.filter((part) => part !== undefined && part !== '');
  return said.length === 0 ? '' : ` (${said.join(', ')})`;
}

/** `once`, `3 times`. */
export const times = (n: number): string => (n === 1 ? 'once' : `${n} times`);

const alternatives = (states: readonly string[]): string =>
  states.length < 2 ? (states[0] ?? 'nowhere') : `${states.slice(0, -1).join(', ')} or ${states.at(-1)}`;

/** Plural and collective owners go without an article. */
const article = (owner: string): string => (owner.endsWith('s') ? owner : `the ${owner}`);

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

/** `partlyPaid` → `partly paid`. */
const spaced = (code: string): string => code.replace(/[A-Z]/g, (capital) => ` ${capital.toLowerCase()}`);
