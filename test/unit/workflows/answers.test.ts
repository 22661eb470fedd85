import { describe, expect, it } from 'vitest';
import { answersOf } from '../../../workflows/lifecycle/answers.js';
import type { Actor, Entry, MessageOutcome } from '../../../workflows/lifecycle/entry.js';

const actor: Actor = { kind: 'staff', id: 'alice', authenticated: 'none' };
const recordedAt = '2012-10-29T12:00:00.000Z';

/** Numbers drafts as a journal does. */
const journal = (...drafts: readonly Omit<Entry, 'sequence' | 'recordedAt' | 'actor'>[]): Entry[] =>
  drafts.map((draft, i) => ({ ...draft, sequence: i + 1, recordedAt, actor }));

const walk = (to: string, causationId = 'activity:call') => ({ kind: 'transition' as const, to, causationId });

function message(
  messageId: string,
  outcome: MessageOutcome,
  more: { code?: string; digest?: string; cause?: string; moves?: true } = {},
) {
  const { code, digest = `digest of ${messageId}`, cause = messageId, moves } = more;
  const common = { source: '/test', occurredAt: recordedAt, receivedAt: recordedAt, schemaVersion: 1 };
  return {
    kind: 'message' as const,
    causationId: cause,
    message: { name: 'tell', messageId, outcome, digest, ...(moves && { moves }), ...common },
    ...(code !== undefined && { reason: { code } }),
  };
}

describe('the first answers', () => {
  it.each<[MessageOutcome, string | undefined, object]>([
    ['applied', undefined, {}],
    ['applied', 'awaitingSecondPerson', { code: 'awaitingSecondPerson' }],
    ['applied', "the sender's own reason", {}],
    ['held', undefined, {}],
    ['late', undefined, {}],
    ['rejected', 'wrongState', { code: 'wrongState' }],
  ])('%s (%s)', (outcome, code, told) => {
    expect(answersOf(journal(walk('A'), message('m', outcome, { ...(code !== undefined && { code }) })))).toEqual([
      ['tell:m', 'digest of m', { outcome, state: 'A', sequence: 2, ...told }],
    ]);
  });

  it.each<[MessageOutcome, string | undefined]>([
    ['duplicate', undefined],
    ['rejected', 'messageIdReused'],
    ['rejected', 'malformed'],
    ['rejected', 'unknownMessage'],
    ['rejected', 'wrongEntity'],
    ['rejected', 'actorMissing'],
  ])('are not %s (%s)', (outcome, code) => {
    expect(answersOf(journal(walk('A'), message('m', outcome, { ...(code !== undefined && { code }) })))).toEqual([]);
  });

  it('stay the first: neither repeats nor other content under the same id replace them', () => {
    const entries = journal(
      walk('A'),
      message('m', 'rejected', { code: 'wrongState' }),
      message('m', 'duplicate'),
      message('m', 'rejected', { code: 'messageIdReused', digest: 'other' }),
      walk('B'),
    );
    expect(answersOf(entries)).toEqual([
      ['tell:m', 'digest of m', { outcome: 'rejected', state: 'A', sequence: 2, code: 'wrongState' }],
    ]);
  });

  it('count anonymous messages and those with a cause of their own', () => {
    const entries = journal(walk('A'), message('anonymous:0f', 'applied', { cause: 'claim/1/1' }));
    expect(answersOf(entries)).toEqual([
      ['tell:anonymous:0f', 'digest of anonymous:0f', { outcome: 'applied', state: 'A', sequence: 2 }],
    ]);
  });

  it('are bounded, the oldest is forgotten first', () => {
    const entries = journal(walk('A'), ...['1', '2', '3'].map((id) => message(id, 'applied')));
    expect(answersOf(entries, 2).map(([signature]) => signature)).toEqual(['tell:2', 'tell:3']);
  });
});

describe('the state that was told', () => {
  const stateTold = (entries: readonly Entry[]) =>
    Object.fromEntries(answersOf(entries).map(([signature, , { state }]) => [signature, state]));

  it('is where the message led', () => {
    const entries = journal(
      walk('A'),
      message('m', 'applied', { cause: 'claim/1/1', moves: true }),
      walk('B', 'm'),
      walk('C'),
    );
    expect(stateTold(entries)).toEqual({ 'tell:m': 'B' });
  });

  it('is not where the step led that the message let go on', () => {
    expect(stateTold(journal(walk('A'), message('m', 'applied'), walk('B', 'm')))).toEqual({ 'tell:m': 'A' });
  });

  it('is not where something else led meanwhile', () => {
    const entries = journal(
      walk('A'),
      message('m', 'applied', { moves: true }),
      walk('B', 'clock:state'),
      walk('C', 'm'),
    );
    expect(stateTold(entries)).toEqual({ 'tell:m': 'A' });
  });

  it('is where held messages led that it released, while theirs stays the one in which they were held', () => {
    const entries = journal(
      walk('A'),
      message('early', 'held'),
      message('early', 'duplicate'),
      message('m', 'applied', { moves: true }),
      walk('B', 'm'),
      message('early', 'applied', { moves: true }),
      walk('C', 'early'),
      message('n', 'applied'),
      walk('D', 'activity:call'),
    );
    expect(stateTold(entries)).toEqual({ 'tell:early': 'A', 'tell:m': 'C', 'tell:n': 'C' });
  });

  it('is the one that it met where a guard makes the transition wait', () => {
    const guard = {
      kind: 'guard' as const,
      causationId: 'm',
      guard: { guard: 'hold:legal', verdict: 'defer' as const },
    };
    expect(stateTold(journal(walk('A'), message('m', 'applied', { moves: true }), guard, walk('B', 'm')))).toEqual({
      'tell:m': 'A',
    });
  });
});
