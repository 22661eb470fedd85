/** `throughline clock move …`: another due for one clock, or for the clocks of many entities. */
import { Command } from 'commander';
import type { AnyEntityClient } from '../client/index.js';
import { moveMany, preview, type BulkOrder, type BulkReport } from './clock-bulk.js';
import { lifecycleArgument, withClient } from './connect.js';
import { progressOn } from './intake/progress.js';
import { print, printJson, printTable, red } from './output.js';
import {
  because,
  messageOptions,
  printDelivery,
  reasonOptions,
  sendingOptions,
  type ReasonFlags,
  type SendingFlags,
} from './sending.js';
import { daysCount, untilDate, wholeNumber } from './values.js';

const DAY_MS = 86_400_000;

interface Flags extends SendingFlags, ReasonFlags {
  readonly to?: string;
  readonly by?: number;
  readonly reference: string;
  readonly state?: string;
  readonly catastrophe?: string;
  readonly dryRun?: true;
  readonly concurrency: number;
}

export function moveCommand(): Command {
  const command = new Command('move')
    .summary('move a clock, or the clocks of many entities')
    .description(
      'Gives a clock another due. With --state or --catastrophe and without an id: the clocks of all open entities that fit. The ' +
        'same order is carried out once for each, so that it may be interrupted and repeated.',
    )
    .addArgument(lifecycleArgument())
    .argument('<id|clock>', 'the business key; in bulk, name of the clock')
    .argument('[clock]', 'name of the clock, as "clock list" shows it')
    .option('--to <date|instant>', 'when it strikes; a date means its end, in UTC', untilDate)
    .option('--by <days>', 'how many days later than now set; below zero earlier', daysCount)
    .requiredOption('--reference <ref>', 'what allows it: a bulletin, an agreement, a case')
    .option('--state <state>', 'in bulk: those in this state')
    .option('--catastrophe <name>', 'in bulk: those of this catastrophe')
    .option('--dry-run', 'in bulk: only say what would be moved')
    .option('--concurrency <n>', 'in bulk: so many at once', wholeNumber, 8)
    .addHelpText('after', '\nExit code: in bulk 1 where any clock could not be moved.')
    .action((lifecycle: string, first: string, second: string | undefined, flags: Flags, command: Command) => {
      const fault = faultOf(second, flags);
      if (fault !== undefined) command.error(`error: ${fault}`, { exitCode: 2 });
      return withClient(command, (client) =>
        second === undefined
          ? moveAll(client.entities(lifecycle), orderOf(lifecycle, first, flags), flags)
          : moveOne(client.entities(lifecycle), `${lifecycle} ${first}`, first, second, flags),
      );
    });
  return sendingOptions(reasonOptions(command));
}

function faultOf(
  clock: string | undefined,
  { to, by, state, catastrophe, dryRun, messageId }: Flags,
): string | undefined {
  if ((to === undefined) === (by === undefined)) return 'give one of --to and --by';
  const filtered = state !== undefined || catastrophe !== undefined;
  if (clock === undefined && !filtered) {
    return 'name the id and the clock, or in bulk the clock and --state or --catastrophe';
  }
  if (clock !== undefined && filtered) return '--state and --catastrophe are for many entities: leave out the id';
  if (clock !== undefined && dryRun) return '--dry-run is for many entities';
  if (clock === undefined && messageId !== undefined) return '--message-id is for one entity';
  return undefined;
}

async function moveOne(
  entities: AnyEntityClient,
  entity: string,
  id: string,
  clock: string,
  flags: Flags,
): Promise<void> {
  const dueAt = flags.to ?? (await later(entities, id, clock, flags.by ?? 0));
  const data = { ...because(flags), clock, dueAt, reference: flags.reference };
  const delivery = await entities.message(id, 'moveClock', data, messageOptions(flags));
  printDelivery(delivery, `clock ${clock} of ${entity} strikes ${dueAt}`, flags);
}

async function later(entities: AnyEntityClient, id: string, name: string, days: number): Promise<string> {
  const { clocks } = await entities.explain(id);
  const clock = clocks.find((candidate) => candidate.name === name);
  if (clock) return new Date(Date.parse(clock.dueAt) + days * DAY_MS).toISOString();
  const known = clocks.map((candidate) => candidate.name).join(', ') || 'none';
  throw new Error(`${id} has no clock ${JSON.stringify(name)} now; it has ${known}`);
}

function orderOf(lifecycle: string, clock: string, flags: Flags): BulkOrder {
  const { state, catastrophe, to, by, reference } = flags;
  return {
    lifecycle,
    filter: { ...(state === undefined ? {} : { state }), ...(catastrophe === undefined ? {} : { catastrophe }) },
    clock,
    due: to === undefined ? { byDays: by ?? 0 } : { at: to },
    because: because(flags),
    reference,
  };
}

async function moveAll(entities: AnyEntityClient, order: BulkOrder, flags: Flags): Promise<void> {
  const { targets, without } = await preview(entities, order);
  const found = { matched: targets.length + without, toMove: targets.length, without };
  if (flags.dryRun) {
    if (flags.json) return printJson(found);
    return print(`${sentence(order, found)}; nothing was moved`);
  }
  process.stderr.write(`${sentence(order, found)}\n`);
  const progress = progressOn(process.stderr, 'move clocks');
  const report = await moveMany(entities, order, targets, {
    actor: messageOptions(flags).actor,
    concurrency: flags.concurrency,
    progress: (done) => progress.update(done / targets.length, `${done} of ${targets.length}`),
    notice: (line) => progress.notice(line),
  }).finally(() => progress.end());
  if (report.refused.length > 0) process.exitCode = 1;
  if (flags.json) printJson({ ...found, ...report });
  else printReport(report);
}

function sentence(
  { lifecycle, clock, due }: BulkOrder,
  { matched, toMove, without }: { readonly matched: number; readonly toMove: number; readonly without: number },
): string {
  const where = 'at' in due ? `to ${due.at}` : `by ${due.byDays} days`;
  return `${matched} open ${lifecycle} entities fit; clock ${clock} of ${toMove} is to be moved ${where}, ${without} have none`;
}

function printReport({ moved, refused }: BulkReport): void {
  if (refused.length > 0) {
    printTable(
      ['id', 'why'],
      refused.map(({ id, why }) => [id, why]),
    );
  }
  print(`${moved} moved, ${refused.length > 0 ? red(`${refused.length} not moved`) : 'none refused'}`);
}
