/** Faults, each one small change of the kernel's source or of the writer, and the invariants that must tell of it. */
import type { Pool } from 'pg';
import type { EntryWriter } from '../../activities/records/carrier.js';
import type { Change } from '../replay/replay.js';
import type { Invariant } from './invariants.js';
import type { SCENES } from './scenes.js';
import { forgetsOne, neverCompares } from './writers.js';

/** A fault, in words that a test can be named by. */
export interface Fault {
  readonly name: string;
  /** Of the kernel's source. */
  readonly change?: Change;
  readonly writer?: (pool: Pool) => EntryWriter;
  /** Where it shows. */
  readonly scene: keyof typeof SCENES;
  /** At least one of these is violated; another one alone would be for a wrong reason. */
  readonly violates: readonly Invariant[];
}

export const FAULTS: readonly Fault[] = [
  {
    name: 'a held message is lost when it is released',
    change: {
      from: '    this.apply(due);\n    this.release();',
      to: '    this.release();',
    },
    scene: 'early',
    violates: ['held'],
  },
  {
    name: 'repeats are not recognised',
    change: {
      from: 'const first = this.answers.get(signature);',
      to: 'const first = this.answers.get(`none${signature}`);',
    },
    scene: 'repeat',
    violates: ['accounted'],
  },
  {
    name: 'a held message is applied twice',
    change: {
      from: '    this.apply(due);\n',
      to: '    this.apply(due);\n    this.apply(due);\n',
    },
    scene: 'earlyUnclear',
    violates: ['accounted'],
  },
  {
    name: 'a clock strikes although the message was there first',
    change: {
      from: 'if (this.awaited?.() || this.answeredIn === this.epoch) return;',
      to: '',
    },
    scene: 'race',
    violates: ['clocks'],
  },
  {
    name: 'the timer is armed for what strikes last',
    change: {
      from: 'if (!first || alarm.at < first.at) first = alarm;',
      to: 'if (!first || alarm.at > first.at) first = alarm;',
    },
    scene: 'waiting',
    violates: ['clocks'],
  },
  {
    name: 'transitions are not checked against the table',
    change: {
      from: 'return exits.includes(to) || reopens?.to === to;',
      to: 'return exits.length > 0 || reopens?.to === to;',
    },
    scene: 'shortCut',
    violates: ['edges'],
  },
  {
    name: 'answers are lost when the run is continued as new',
    change: {
      from: 'answers: [...this.answers].map(([signature, [digest, answer]]) => [signature, digest, answer]),',
      to: 'answers: [],',
    },
    scene: 'renewedRepeat',
    violates: ['accounted'],
  },
  {
    name: 'held messages are lost when the run is continued as new',
    change: {
      from: '      held: this.held,',
      to: '      held: [],',
    },
    scene: 'renewedEarly',
    violates: ['held'],
  },
  {
    name: 'a deferred transition is never looked at again',
    change: {
      from: 'await this.idle(() => this.objection(wanted)?.guard !== guard);',
      to: 'await this.idle(() => false);',
    },
    scene: 'unpaid',
    violates: ['guards'],
  },
  {
    name: 'who proposed may approve',
    change: {
      from: "return actor.kind === 'staff' && task.proposal?.by !== actor.id && task.contributors?.includes(actor.id) !== true;",
      to: "return actor.kind !== 'system' || task.proposal !== undefined;",
    },
    scene: 'alone',
    violates: ['people'],
  },
  {
    name: 'a paused clock strikes',
    change: {
      from: "if (pausedAt === undefined && breachedAt === undefined) yield { kind: 'clock', name, at: dueAt };",
      to: "if (breachedAt === undefined) yield { kind: 'clock', name, at: dueAt };",
    },
    scene: 'paused',
    violates: ['clocks'],
  },
  {
    name: 'a hold is not looked at',
    change: {
      from: 'blocks.includes(target)',
      to: 'blocks.includes(name)',
    },
    scene: 'held',
    violates: ['guards'],
  },
  {
    name: 'what is not yet written is dropped at the end',
    change: {
      from: 'while (!born.settled || !allHandlersFinished()) {',
      to: 'while (!allHandlersFinished()) {',
    },
    scene: 'end',
    violates: ['ends'],
  },
  {
    name: 'entries are confirmed although their carrier failed',
    change: {
      from: 'else if (load) carrier.journal.unload();',
      to: 'else if (load) carrier.journal.confirm(load);',
    },
    scene: 'outage',
    violates: ['history', 'ends', 'chain'],
  },
  {
    name: 'a message for another entity is taken',
    change: {
      from: "if (received.envelope.entityId !== this.owner.id) return this.settle(received, 'rejected', 'wrongEntity');",
      to: '',
    },
    scene: 'foreign',
    violates: ['accounted'],
  },
  {
    name: 'whose task it is does not matter',
    change: {
      from: "if (assignedElsewhere(task, envelope.actor)) return { reject: 'assignedElsewhere' };",
      to: '',
    },
    scene: 'assigned',
    violates: ['people'],
  },
  {
    name: 'the writer moves a row that another writer has moved meanwhile',
    writer: neverCompares,
    scene: 'written',
    violates: ['chain', 'ends'],
  },
  {
    name: 'a carrier counts as written although nothing of it is',
    writer: forgetsOne,
    scene: 'written',
    violates: ['history', 'chain'],
  },
];
