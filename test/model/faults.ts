/** Faults of the kernel, each one small change of its source, and the invariants that must tell of it. */
import type { Patch } from '../replay/replay.js';
import type { Invariant } from './invariants.js';
import type { SCENES } from './scenes.js';

/** A fault, in words that a test can be named by. */
export interface Fault extends Patch {
  readonly name: string;
  /** Where it shows. */
  readonly scene: keyof typeof SCENES;
  /** At least one of these is violated; another one alone would be for a wrong reason. */
  readonly violates: readonly Invariant[];
}

export const FAULTS: readonly Fault[] = [
  {
    name: 'a held message is lost when it is released',
    file: 'lifecycle/inbox.ts',
    from: '    this.apply(due);\n    this.release();',
    to: '    this.release();',
    scene: 'early',
    violates: ['held'],
  },
  {
    name: 'repeats are not recognised',
    file: 'lifecycle/inbox.ts',
    from: 'const first = this.answers.get(signature);',
    to: 'const first = this.answers.get(`none${signature}`);',
    scene: 'repeat',
    violates: ['accounted'],
  },
  {
    name: 'a held message is applied twice',
    file: 'lifecycle/inbox.ts',
    from: '    this.apply(due);\n',
    to: '    this.apply(due);\n    this.apply(due);\n',
    scene: 'earlyUnclear',
    violates: ['accounted'],
  },
  {
    name: 'a clock strikes although the message was there first',
    file: 'lifecycle/entity.ts',
    from: 'if (this.awaited?.() || this.answeredIn === this.epoch) return;',
    to: '',
    scene: 'race',
    violates: ['clocks'],
  },
  {
    name: 'the timer is armed for what strikes last',
    file: 'lifecycle/alarms.ts',
    from: 'if (!first || alarm.at < first.at) first = alarm;',
    to: 'if (!first || alarm.at > first.at) first = alarm;',
    scene: 'waiting',
    violates: ['clocks'],
  },
  {
    name: 'transitions are not checked against the table',
    file: 'lifecycle/entity.ts',
    from: 'return exits.includes(to) || reopens?.to === to;',
    to: 'return exits.length > 0 || reopens?.to === to;',
    scene: 'shortCut',
    violates: ['edges'],
  },
  {
    name: 'answers are lost when the run is continued as new',
    file: 'lifecycle/inbox.ts',
    from: 'answers: [...this.answers].map(([signature, [digest, answer]]) => [signature, digest, answer]),',
    to: 'answers: [],',
    scene: 'renewedRepeat',
    violates: ['accounted'],
  },
  {
    name: 'held messages are lost when the run is continued as new',
    file: 'lifecycle/inbox.ts',
    from: '      held: this.held,',
    to: '      held: [],',
    scene: 'renewedEarly',
    violates: ['held'],
  },
  {
    name: 'a deferred transition is never looked at again',
    file: 'lifecycle/entity.ts',
    from: 'await this.idle(() => this.objection(wanted)?.guard !== guard);',
    to: 'await this.idle(() => false);',
    scene: 'unpaid',
    violates: ['guards'],
  },
  {
    name: 'who proposed may approve',
    file: 'lifecycle/reviews.ts',
    from: "return actor.kind === 'staff' && task.proposal?.by !== actor.id && task.contributors?.includes(actor.id) !== true;",
    to: "return actor.kind !== 'system' || task.proposal !== undefined;",
    scene: 'alone',
    violates: ['people'],
  },
  {
    name: 'a paused clock strikes',
    file: 'lifecycle/alarms.ts',
    from: "if (pausedAt === undefined && breachedAt === undefined) yield { kind: 'clock', name, at: dueAt };",
    to: "if (breachedAt === undefined) yield { kind: 'clock', name, at: dueAt };",
    scene: 'paused',
    violates: ['clocks'],
  },
  {
    name: 'a hold is not looked at',
    file: 'lifecycle/guards.ts',
    from: 'blocks.includes(target)',
    to: 'blocks.includes(name)',
    scene: 'held',
    violates: ['guards'],
  },
  // The last two leave the server's clock with much to do: a run that ends under an activity, and entities that try for ever to write
  // what does not fit.
  {
    name: 'what is not yet written is dropped at the end',
    file: 'lifecycle/kernel.ts',
    from: 'while (!born.settled || !allHandlersFinished()) {',
    to: 'while (!allHandlersFinished()) {',
    scene: 'end',
    violates: ['ends'],
  },
  {
    name: 'entries are confirmed although their carrier failed',
    file: 'lifecycle/kernel.ts',
    from: 'else if (load) carrier.journal.unload();',
    to: 'else if (load) carrier.journal.confirm(load);',
    scene: 'outage',
    violates: ['history', 'ends', 'chain'],
  },
];
