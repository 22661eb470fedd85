/** What a table promises, and what a journal shows to have been walked: counted from one small lifecycle that has everything. */
import { describe, expect, it } from 'vitest';
import { days, defineLifecycle, hours, type Lifecycle } from '../../../workflows/lifecycle/definition.js';
import type { Actor, Clock, Entry } from '../../../workflows/lifecycle/entry.js';
import { KERNEL_MESSAGES } from '../../../workflows/lifecycle/kernel-messages.js';
import { complete, coverageOf, reportOf } from '../../edges/report.js';
import { KINDS, universeOf, type Items } from '../../edges/universe.js';
import { walkedBy, type Heard } from '../../edges/walked.js';

const ALL_KINDS: Lifecycle = defineLifecycle({
  name: 'loan',
  version: 3,
  initial: 'Open',
  states: {
    Open: {
      means: 'm',
      to: ['Waiting', 'Review', 'Done'],
      deadline: hours(1),
      onDeadline: 'Review',
      onFailure: 'Review',
      owner: 'o',
    },
    Waiting: { means: 'm', to: ['Review', 'Done'], deadline: { unbounded: 'why' }, owner: 'o' },
    Review: {
      means: 'm',
      to: ['Done'],
      deadline: days(9),
      onDeadline: 'Done',
      owner: 'o',
      review: { queue: 'q', priority: 3, escalation: [{ after: days(1), queue: 'q2', priority: 2 }] },
    },
    Old: { means: 'm', to: ['Done'], deadline: hours(1), onDeadline: 'Done', owner: 'o', deprecated: true },
    Done: {
      means: 'm',
      to: [],
      terminal: true,
      owner: 'o',
      reopens: { by: ['appeal'], within: days(30), to: 'Review' },
    },
  },
  clocks: {
    notice: {
      means: 'm',
      starts: { entering: ['Open'] },
      within: days(5),
      spans: ['Open'],
      pausedIn: ['Waiting'],
      stops: { fact: 'told' },
      onBreach: 'Review',
    },
  },
  expectations: { answer: { what: 'w', from: 'f', within: days(4), reminders: [days(2), days(1)] } },
  holds: { legal: { means: 'm', blocks: ['Done'], by: ['staff'] } },
  compensations: { giveBack: { means: 'm' } },
  lateReview: {
    queue: 'late',
    priority: 4,
    within: days(5),
    escalation: [{ after: days(1), queue: 'late-2', priority: 2 }],
  },
  parts: { line: { New: ['Paid'], Paid: [] } },
  messages: {
    paper: { kind: 'signal', means: 'm', in: ['Waiting'], early: ['Open'], late: 'task' },
    tick: { kind: 'signal', means: 'm', in: ['Open'], late: 'ignore' },
    appeal: { kind: 'update', means: 'm', in: ['Review'], late: 'reject' },
  },
});

const ACTOR: Actor = { kind: 'staff', id: 'a', authenticated: 'token' };
const START = Date.parse('2026-01-01T00:00:00.000Z');
const at = (sequence: number): string => new Date(START + sequence * 1000).toISOString();

/** A journal of the given entries, numbered, a second apart. */
function journalOf(...drafts: readonly Partial<Entry>[]): Entry[] {
  return drafts.map((draft, i) => ({
    sequence: i + 1,
    kind: 'note',
    recordedAt: at(i + 1),
    causationId: 'c',
    actor: ACTOR,
    ...draft,
  }));
}

const move = (from: string | undefined, to: string, more: Partial<Entry> = {}): Partial<Entry> => ({
  kind: 'transition',
  to,
  ...(from !== undefined && { from }),
  ...more,
});

type Told = Partial<NonNullable<Entry['message']>>;
const told = (name: string, outcome: NonNullable<Told['outcome']>, more: Partial<Entry> = {}): Partial<Entry> => ({
  kind: 'message',
  ...more,
  message: {
    name,
    outcome,
    messageId: name,
    source: 's',
    occurredAt: at(0),
    receivedAt: at(0),
    schemaVersion: 1,
    digest: 'd',
  },
});

const clock = (change?: Clock['change'], basis = 'entered Open'): Clock => ({
  basis,
  startedAt: at(0),
  dueAt: at(99),
  leadsTo: 'Review',
  ...(change && { change }),
});

/** Items of a kind that a journal walked. */
const walked = (kind: keyof Items, journal: readonly Entry[], heard?: readonly Heard[]): string[] => [
  ...walkedBy(ALL_KINDS, journal, heard)[kind],
];

const born = move(undefined, 'Open');

describe('the universe of a table', () => {
  const universe = universeOf(ALL_KINDS);

  it('has every edge, and each way over it that the table names; none of a deprecated state', () => {
    expect([...universe.edges]).toEqual([
      '(start) → Open',
      'Open → Waiting',
      'Open → Review',
      'Open → Done',
      'Open → Review, by its deadline',
      'Open → Review, by a service that failed',
      'Waiting → Review',
      'Waiting → Done',
      'Review → Done',
      'Review → Done, by its deadline',
      'Done → Review, reopened by appeal',
      'Open → Review, by clock notice',
    ]);
  });

  it('has every clock and what may happen to it', () => {
    expect([...universe.clocks]).toEqual([
      'deadline of Open: started',
      'deadline of Open: breached',
      'deadline of Review: started',
      'deadline of Review: breached',
      'state: moved',
      'state: paused by a person',
      'state: resumed by a person',
      'notice: started, entered Open',
      'notice: moved',
      'notice: paused by a person',
      'notice: resumed by a person',
      'notice: paused in Waiting',
      'notice: resumed after Waiting',
      'notice: stopped by its fact',
      'notice: breached',
    ]);
  });

  it('has every message in every state, by its rule there', () => {
    expect([...universe.messages]).toEqual([
      'paper in Open: held',
      'paper in Waiting: applied',
      'paper in Review: late, with a task',
      'paper in Done: late, with a task',
      'tick in Open: applied',
      'tick in Waiting: ignored',
      'tick in Review: ignored',
      'tick in Done: ignored',
      'appeal in Open: rejected',
      'appeal in Waiting: rejected',
      'appeal in Review: applied',
    ]);
  });

  it('has every message of the kernel, updates also refused', () => {
    const updates = Object.values(KERNEL_MESSAGES).filter(({ kind }) => kind === 'update').length;
    expect(universe['kernel messages'].size).toBe(Object.keys(KERNEL_MESSAGES).length + updates);
    expect(universe['kernel messages']).toContain('moveClock: rejected');
    expect(universe['kernel messages']).not.toContain('dependencyResumed: rejected');
  });

  it('has expectations with each reminder, edges of parts, holds with each block, levels of escalation', () => {
    expect([...universe.expectations]).toEqual([
      'answer: asked',
      'answer: received',
      'answer: reminder 1',
      'answer: reminder 2',
    ]);
    expect([...universe['part edges']]).toEqual(['line: (start) → New', 'line: New → Paid']);
    expect([...universe.holds]).toEqual(['legal: placed', 'legal: blocks Done', 'legal: released']);
    expect([...universe.compensations]).toEqual(['giveBack: registered', 'giveBack: undone', 'giveBack: failed']);
    expect([...universe.escalation]).toEqual(['Review: level 1', 'late evidence: level 1']);
  });
});

describe('a journal has walked', () => {
  it('its transitions, told apart by what led over them', () => {
    const by = (causationId: string, code?: string) => ({ causationId, ...(code && { reason: { code } }) });
    expect(walked('edges', journalOf(born, move('Open', 'Waiting'), move('Waiting', 'Done')))).toEqual([
      '(start) → Open',
      'Open → Waiting',
      'Waiting → Done',
    ]);
    const led = (causationId: string, code?: string) =>
      walked('edges', journalOf(born, move('Open', 'Review', by(causationId, code)))).slice(2);
    expect(led('clock:state')).toEqual(['Open → Review, by its deadline']);
    expect(led('clock:notice')).toEqual(['Open → Review, by clock notice']);
    expect(led('activity:x', 'serviceFailed')).toEqual(['Open → Review, by a service that failed']);
    expect(led('activity:x', 'aboveAuthority')).toEqual([]);
  });

  it('a reopening by the message that caused it', () => {
    const journal = journalOf(
      born,
      move('Open', 'Done'),
      told('appeal', 'applied'),
      move('Done', 'Review', { causationId: 'appeal' }),
    );
    expect(walked('edges', journal).at(-1)).toBe('Done → Review, reopened by appeal');
    expect(walked('messages', journal)).toEqual(['appeal in Done: applied']);
  });

  it('messages by the state that they met', () => {
    const opens = {
      patch: { reviews: { 'loan/1#3': { queue: 'late', reason: 'r', priority: 4, openedAt: at(3) } } },
    };
    const journal = journalOf(
      born,
      told('paper', 'held'),
      told('appeal', 'rejected', { reason: { code: 'wrongState' } }),
      told('appeal', 'rejected', { reason: { code: 'actorMissing' } }),
      told('paper', 'duplicate'),
      told('nonsense', 'rejected', { reason: { code: 'unknownMessage' } }),
      move('Open', 'Waiting'),
      told('paper', 'applied'),
      move('Waiting', 'Done'),
      told('paper', 'late', opens),
      told('paper', 'late', { ...opens, reason: { code: 'neverAwaited' } }),
      told('moveClock', 'rejected', { reason: { code: 'unknownClock' } }),
    );
    expect(walked('messages', journal)).toEqual([
      'paper in Open: held',
      'appeal in Open: rejected',
      'paper in Waiting: applied',
      'paper in Done: late, with a task',
    ]);
    expect(walked('kernel messages', journal)).toEqual(['moveClock: rejected']);
  });

  it('an ignored signal where history has it and the journal has not', () => {
    const journal = journalOf(born, told('tick', 'applied'), move('Open', 'Waiting'));
    const heard = (messageId: string, sequence: number): Heard => ({
      name: 'tick',
      messageId,
      at: Date.parse(at(sequence)),
    });
    expect(walked('messages', journal, [heard('other', 4)])).toContain('tick in Waiting: ignored');
    // Journaled; or heard while it was still awaited.
    expect(walked('messages', journal, [heard('tick', 4)])).toEqual(['tick in Open: applied']);
    expect(walked('messages', journal, [heard('other', 3)])).toEqual(['tick in Open: applied']);
  });

  it('clocks by what changed them', () => {
    const patch = (change: Clock['change'], basis?: string) => ({
      patch: { clocks: { notice: clock(change, basis) } },
    });
    const journal = journalOf(
      move(undefined, 'Open', { patch: { clocks: { state: clock(), notice: clock('started') } } }),
      told('moveClock', 'applied', patch('moved')),
      told('pauseClock', 'applied', patch('paused')),
      told('resumeClock', 'applied', patch('resumed')),
      move('Open', 'Waiting', patch('paused')),
      told('paper', 'applied', patch('stopped')),
      move('Waiting', 'Open', patch('resumed')),
      told('tick', 'applied', { patch: { facts: { told: true }, clocks: { notice: clock('stopped') } } }),
    );
    expect(walked('clocks', journal)).toEqual([
      'deadline of Open: started',
      'notice: started, entered Open',
      'notice: moved',
      'notice: paused by a person',
      'notice: resumed by a person',
      'notice: paused in Waiting',
      'notice: resumed after Waiting',
      'notice: stopped by its fact',
    ]);
  });

  it('a clock that begins where it stands still', () => {
    const clocks = { notice: clock('paused', 'fact told') };
    expect(walked('clocks', journalOf(born, move('Open', 'Waiting', { patch: { clocks } })))).toEqual([
      'notice: started, fact told',
      'notice: paused in Waiting',
    ]);
  });

  it('breaches, of the state and of a named clock', () => {
    const breach = (name: string) => ({ kind: 'deadline' as const, breach: { name, ...clock() } });
    expect(walked('clocks', journalOf(born, breach('state'), breach('notice')))).toEqual([
      'deadline of Open: breached',
      'notice: breached',
    ]);
  });

  it('expectations that the table declares, also several of one kind', () => {
    const open = { what: 'w', from: 'f', askedAt: at(1) };
    const patch = (name: string, more: object = {}) => ({ patch: { expectations: { [name]: { ...open, ...more } } } });
    const journal = journalOf(
      move(undefined, 'Open', patch('answer:second')),
      { kind: 'reminder', reminds: 'answer:second', ...patch('answer:second', { reminded: 1 }) },
      { kind: 'reminder', reminds: 'answer:second', ...patch('answer:second', { reminded: 2 }) },
      told('tick', 'applied', patch('answer:second', { reminded: 2, receivedAt: at(4) })),
      told('tick', 'applied', patch('undeclared')),
    );
    expect(walked('expectations', journal)).toEqual([
      'answer: asked',
      'answer: reminder 1',
      'answer: reminder 2',
      'answer: received',
    ]);
  });

  it('parts, holds, what they block, and levels of escalation', () => {
    const task = { queue: 'q', reason: 'r', priority: 3, openedAt: at(1) };
    const hold = { placedAt: at(1), by: ACTOR, reason: { code: 'r' }, reference: 'x' };
    const cause = { causationId: 'c', actor: ACTOR };
    const journal = journalOf(
      move(undefined, 'Open', { patch: { parts: { a: { state: 'New', since: at(1) } } } }),
      told('placeHold', 'applied', { patch: { holds: { legal: hold } } }),
      {
        kind: 'guard',
        patch: { deferrals: { 'hold:legal': { since: at(3), reason: 'r', move: { to: 'Done', cause } } } },
      },
      told('releaseHold', 'applied', { patch: { holds: { legal: null }, deferrals: { 'hold:legal': null } } }),
      move('Open', 'Review', { patch: { parts: { a: { state: 'Paid', since: at(5) } } } }),
      { patch: { reviews: { 'loan/1#5': { ...task, ofState: true }, 'loan/1#6': task } } },
      { kind: 'deadline', escalation: { taskId: 'loan/1#5', level: 1, queue: 'q2' } },
      { kind: 'deadline', escalation: { taskId: 'loan/1#6', level: 1, queue: 'late-2' } },
    );
    expect(walked('part edges', journal)).toEqual(['line: (start) → New', 'line: New → Paid']);
    expect(walked('holds', journal)).toEqual(['legal: placed', 'legal: blocks Done', 'legal: released']);
    expect(walked('escalation', journal)).toEqual(['Review: level 1', 'late evidence: level 1']);
  });
});

describe('what is undone', () => {
  it('is registered, fails, and is undone, whatever the step calls it', () => {
    const given = { undo: 'giveBack', given: {}, nth: 1, registeredAt: at(1) };
    const after = (compensation: object | null) => ({ patch: { compensations: { key: compensation as never } } });
    const undoing = { kind: 'compensation' as const, compensates: 'key' };
    const journal = journalOf(
      move(undefined, 'Open', after(given)),
      { ...undoing, ...after({ ...given, begunAt: at(2) }) },
      { ...undoing, ...after({ ...given, begunAt: at(2), failed: { at: at(3), reason: 'r' } }) },
      { ...undoing, ...after(null) },
    );
    expect(walked('compensations', journal)).toEqual(['giveBack: registered', 'giveBack: failed', 'giveBack: undone']);
  });
});

describe('the report', () => {
  const nothing = walkedBy(ALL_KINDS, []);

  it('says how many of how many, lists what no test walks, and is not content', () => {
    const coverage = coverageOf(ALL_KINDS, walkedBy(ALL_KINDS, journalOf(born, move('Open', 'Waiting'))));
    expect(complete(coverage)).toBe(false);
    const text = reportOf(ALL_KINDS, coverage);
    expect(text).toMatch(/^loan, version 3\n/);
    expect(text).toMatch(/✗ edges +2 of 12\n/);
    expect(text).toMatch(/walked by no test:\n +edges +Open → Review\n/);
  });

  it('is content when all is walked', () => {
    const coverage = coverageOf(ALL_KINDS, universeOf(ALL_KINDS));
    expect(complete(coverage)).toBe(true);
    expect(reportOf(ALL_KINDS, coverage)).not.toContain('✗');
  });

  it('is not content with an edge that the table does not have', () => {
    const coverage = coverageOf(ALL_KINDS, {
      ...universeOf(ALL_KINDS),
      edges: new Set([...universeOf(ALL_KINDS).edges, 'Done → Open']),
    });
    expect(complete(coverage)).toBe(false);
    expect(reportOf(ALL_KINDS, coverage)).toMatch(/not in the table:\n +edges +Done → Open$/);
  });

  it('leaves out what the table does not have', () => {
    const { clocks: _, holds: __, compensations: ___, ...rest } = ALL_KINDS;
    const kinds = coverageOf(rest, nothing).map(({ kind }) => kind);
    expect(kinds).toEqual(KINDS.filter((kind) => kind !== 'holds' && kind !== 'compensations'));
  });
});
