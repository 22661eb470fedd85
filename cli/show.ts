/** `throughline show claim ID`: what is happening to it, why, since when, and what happens next. */
import { Command } from 'commander';
import type { ClockView, Explanation, ExpectationView, JournalLine, OpenReview } from '../client/views.js';
import { lifecycleArgument, withGateway } from './connect.js';
import { bold, minuteOf, money, print, printFields, printJson, printTable, red } from './output.js';
import { momentOf } from './values.js';

export function showCommand(): Command {
  return new Command('show')
    .description('Explains one entity from its record and from Temporal. Works while every worker is stopped.')
    .addArgument(lifecycleArgument())
    .argument('<id>', 'its business key')
    .option('--at <moment>', 'as it was then, from the journal alone; UTC unless it names a zone', momentOf)
    .option('--json', 'print the whole explanation as one line of JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  $ throughline show claim CLM-2012-000123\n  $ throughline show claim CLM-2012-000123 --at 2026-05-30T10:00',
    )
    .action((lifecycle: string, id: string, options: { json?: true; at?: string }, command: Command) =>
      withGateway(command, async (gateway) => {
        const explanation = await gateway.explain(lifecycle, id, options.at);
        if (options.json) printJson(explanation);
        else printExplanation(explanation);
      }),
    );
}

function printExplanation(it: Explanation): void {
  print(`${bold(it.sentence)}\n`);
  printFields([
    ['state', `${it.state} since ${it.since} (entered ${it.timesEntered}×)`],
    ['outcome', it.outcome],
    ['because', `${it.because.sentence} [${it.because.causationId}]`],
    ['waits for', it.waitsFor === null ? undefined : `${it.waitsFor} (${it.owner ?? 'nobody'})`],
    ['deadline', it.deadline ? `${it.deadline.at}, then ${it.deadline.leadsTo}` : undefined],
    ['may go to', it.next.length > 0 ? it.next.join(', ') : undefined],
    ['blocked by', it.blockedBy ? `${it.blockedBy.kind}: ${it.blockedBy.detail}` : undefined],
    ['last failure', it.blockedBy?.lastFailure],
    ['next try', it.blockedBy?.nextTryAt],
    ['attention', it.attention === undefined ? undefined : red(it.attention)],
    ['records', it.retention.legalHold ? 'under a legal hold: they are not deleted' : undefined],
    ['run', 'error' in it.run ? it.run.error : `${it.run.status}, ${it.run.historyLength} events, run ${it.run.runId}`],
    ['as of', sourcesOf(it)],
  ]);
  printSections(it);
  print('');
  printTable(['#', 'recorded', 'what', 'cause', 'who'], it.journal.map(journalRow), ['cause', 'who']);
}

/** The age of each source of the answer. */
function sourcesOf({ sources }: Explanation): string {
  const { record, temporal, backlog } = sources;
  const said = (source: typeof temporal | typeof record): string =>
    'error' in source ? `not to be had (${source.error})` : source.asOf;
  return `record ${said(record)}, run ${said(temporal)}, backlog ${said(backlog)}`;
}

/** What there is of each kind, as a table of its own. */
function printSections(it: Explanation): void {
  const parts = Object.entries(it.parts);
  printSection(
    ['part', 'state', 'amount', 'reason', 'since'],
    parts.map(([name, { state, amount, reason = '', since }]) => [
      name,
      state,
      amount ? money(amount) : '',
      reason,
      since,
    ]),
  );
  printSection(
    ['clock', 'due', 'then', 'is', 'basis'],
    it.clocks.map((clock) => [clock.name, minuteOf(clock.dueAt), clock.leadsTo, clockInWords(clock), clock.basis]),
    ['basis'],
  );
  const open = it.expectations.filter(({ receivedAt }) => receivedAt === undefined);
  printSection(['expected', 'from', 'asked', 'due', 'reminded'], open.map(expectationRow), ['asked']);
  printSection(
    ['review', 'queue', 'reason', 'priority', 'due', 'who has it'],
    it.reviews.map((task) => [
      task.taskId,
      task.queue,
      task.reason,
      String(task.priority),
      dueInWords(task),
      holderOf(task),
    ]),
    ['priority', 'reason'],
  );
  printSection(
    ['hold', 'placed', 'by', 'reason', 'reference', 'blocks'],
    it.holds.map((hold) => [
      hold.name,
      minuteOf(hold.placedAt),
      hold.by.id,
      hold.reason.code,
      hold.reference,
      hold.blocksNow ? red('now') : 'not yet',
    ]),
  );
  printSection(
    ['to be undone', 'by', 'since', 'begun', 'failed'],
    it.compensations.map(({ name, undo, registeredAt, begunAt, failed }) => [
      name,
      undo,
      minuteOf(registeredAt),
      begunAt === undefined ? '' : minuteOf(begunAt),
      failed === undefined ? '' : red(failed.reason),
    ]),
  );
  printSection(
    ['deferred by', 'since', 'reason', 'what waits'],
    it.deferrals.map(({ guard, since, reason, to, call }) => [
      guard,
      minuteOf(since),
      reason,
      call === undefined ? `to enter ${to ?? 'its next state'}` : `the call ${call}`,
    ]),
  );
  printSection(
    ['queue', 'of', 'waiting', 'oldest', 'workers'],
    it.queues.map(({ queue, kind, backlog, oldestMs, pollers }) => [
      queue,
      kind,
      String(backlog),
      backlog === 0 ? '' : `${Math.round(oldestMs / 1000)} s`,
      pollers === 0 ? red('none') : String(pollers),
    ]),
  );
}

function printSection(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  spare: readonly string[] = [],
): void {
  if (rows.length === 0) return;
  print('');
  printTable(head, rows, spare);
}

function clockInWords({ breachedAt, pausedAt, pausedBy, overdue, originalDueAt }: ClockView): string {
  const moved = originalDueAt === undefined ? '' : `, at first due ${minuteOf(originalDueAt)}`;
  if (breachedAt !== undefined) return `breached ${minuteOf(breachedAt)}${moved}`;
  if (pausedAt !== undefined)
    return `paused ${minuteOf(pausedAt)} by ${pausedBy === 'state' ? 'the state' : 'a person'}${moved}`;
  return (overdue ? red('overdue') : 'running') + moved;
}

function expectationRow({ what, from, askedAt, reminded = 0, remindAt, ...it }: ExpectationView): string[] {
  const next = remindAt === undefined ? '' : `, next ${minuteOf(remindAt)}`;
  return [what, from, minuteOf(askedAt), dueInWords(it), `${reminded}×${next}`];
}

function dueInWords({ dueAt, overdue }: { readonly dueAt?: string; readonly overdue: boolean }): string {
  const due = dueAt === undefined ? '' : minuteOf(dueAt);
  return overdue ? red(due) : due;
}

function holderOf({ assignee, level, proposal, parkedUntil }: OpenReview): string {
  return [
    assignee ?? 'nobody',
    ...(level === undefined ? [] : [`level ${level}`]),
    ...(proposal ? [`to be approved after ${proposal.by}`] : []),
    ...(parkedUntil === undefined ? [] : [`parked until ${minuteOf(parkedUntil)}`]),
  ].join(', ');
}

function journalRow(line: JournalLine): string[] {
  return [
    String(line.sequence),
    line.recordedAt.replace('T', ' ').slice(0, 19),
    what(line),
    line.causationId,
    line.actor.id,
  ];
}

function what(line: JournalLine): string {
  const reason = line.reason === undefined ? '' : ` (${line.reason.code})`;
  if (line.kind === 'transition') return `${line.from === undefined ? '' : `${line.from} → `}${line.to}${reason}`;
  if (line.message) return `${line.message.name}: ${line.message.outcome}${reason}`;
  if (line.escalation) return `review escalated to ${line.escalation.queue} (level ${line.escalation.level})`;
  if (line.kind === 'deadline') return `deadline passed: ${line.clock}`;
  if (line.kind === 'reminder') return `reminded of ${line.reminds}`;
  if (line.kind === 'compensation')
    return `${line.reason?.code === 'begun' ? 'undoes' : 'undoing'} ${line.compensates}`;
  if (line.kind === 'guard' && line.guard) {
    const why = line.guard.reason === undefined ? '' : ` (${line.guard.reason})`;
    return `${line.guard.guard}: ${line.guard.verdict}${why}`;
  }
  return `${line.kind}${reason}`;
}
