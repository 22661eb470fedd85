/** What blocks because a check said "not now": a hold, a dependency, or the lifecycle's own check. */
import type { Blockage, DeferralView } from '../client/views.js';
import type { ExplainInput } from './explain.js';
import { WITHHELD } from '../records/audience.js';
import { deferralsOf, holdsOf } from './explain-parts.js';
import { inBrackets, instant } from './explain-words.js';

const HOLD = 'hold:';
const DEPENDENCY = 'dependency:';

/** Holds first, since they need somebody to act; then dependencies; then what looks at itself again. */
export function deferralBlockage(input: ExplainInput): Blockage | undefined {
  const deferrals = deferralsOf(input.record);
  const first = (prefix: string) => deferrals.find(({ guard }) => guard.startsWith(prefix));
  const [hold, dependency, other] = [first(HOLD), first(DEPENDENCY), deferrals[0]];
  if (hold) return ofHold(hold, input);
  if (dependency) return ofDependency(dependency, input);
  return other && ofGuard(other);
}

function ofHold(deferral: DeferralView, { record, now }: ExplainInput): Blockage {
  const name = deferral.guard.slice(HOLD.length);
  const hold = holdsOf(record).find((placed) => placed.name === name);
  if (!hold) return { kind: 'hold', detail: `the hold ${name} is released, and it goes on in a moment`, deferral };
  const keeps = deferral.call === undefined ? 'keeps it from' : 'keeps back';
  const placed = `placed by ${hold.by.id} on ${instant(Date.parse(hold.placedAt), now)}`;
  const why = inBrackets(hold.reason.code === WITHHELD ? undefined : hold.reason.code, hold.reference);
  return { kind: 'hold', detail: `the hold ${name}, ${placed}${why}, ${keeps} ${waiting(deferral)}`, hold, deferral };
}

function ofDependency(deferral: DeferralView, { dependencies, now }: ExplainInput): Blockage {
  const name = deferral.guard.slice(DEPENDENCY.length);
  const dependency = dependencies.find((closed) => closed.name === name);
  const waits = waiting(deferral);
  if (!dependency) {
    return { kind: 'guard', detail: `${name} is up again, and ${waits} is made again within minutes`, deferral };
  }
  const since = instant(Date.parse(dependency.since), now);
  if (dependency.status === 'paused') {
    const by = dependency.by === undefined ? '' : ` by ${dependency.by}`;
    const detail = `${name} is paused${by} since ${since}${inBrackets(dependency.reason)}; ${waits} waits until it is resumed`;
    return { kind: 'paused', detail, dependency, deferral };
  }
  return {
    kind: 'failing',
    detail: `${name} has been failing since ${since}; ${waits} waits until a probe, at least once a minute, finds it well`,
    ...(dependency.lastFailure === undefined ? {} : { lastFailure: dependency.lastFailure }),
    dependency,
    deferral,
  };
}

function ofGuard(deferral: DeferralView): Blockage {
  const why = inBrackets(deferral.reason === WITHHELD ? undefined : deferral.reason);
  const detail = `the check ${deferral.guard} says not now to ${waiting(deferral)}${why}, and is asked again within minutes`;
  return { kind: 'guard', detail, deferral };
}

const waiting = ({ to, call }: DeferralView): string =>
  call === undefined ? (to ?? 'its next state') : `the call ${call}`;
