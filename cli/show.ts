/** `throughline show claim ID`: what is happening to it, why, since when, and what happens next. */
import { Command } from 'commander';
import type { Explanation, JournalLine } from '../client/index.js';
import { lifecycleArgument, withClient } from './connect.js';
import { bold, money, print, printFields, printJson, printTable, red } from './output.js';

export function showCommand(): Command {
  return new Command('show')
    .summary('what is happening to one entity, why, since when, and what next')
    .description('Explains one entity from its record and from Temporal. Works while every worker is stopped.')
    .addArgument(lifecycleArgument())
    .argument('<id>', 'its business key')
    .option('--json', 'print the whole explanation as one line of JSON')
    .addHelpText('after', '\nExample:\n  $ throughline show claim CLM-2012-000123')
    .action((_lifecycle: string, id: string, options: { json?: true }, command: Command) =>
      withClient(command, async (client) => {
        const explanation = await client.claims.explain(id);
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
    ['run', 'error' in it.run ? it.run.error : `${it.run.status}, ${it.run.historyLength} events, run ${it.run.runId}`],
  ]);
  const parts = Object.entries(it.parts);
  if (parts.length > 0) {
    print('');
    printTable(
      ['part', 'state', 'amount', 'reason', 'since'],
      parts.map(([name, part]) => [
        name,
        part.state,
        part.amount ? money(part.amount) : '',
        part.reason ?? '',
        part.since,
      ]),
    );
  }
  print('');
  printTable(['#', 'recorded', 'what', 'cause', 'who'], it.journal.map(journalRow), ['cause', 'who']);
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
  if (line.kind === 'deadline') return `deadline passed: ${line.clock}`;
  return `${line.kind}${reason}`;
}
