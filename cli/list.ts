/** `throughline list claim`: entities by state, or overdue. */
import { Command } from 'commander';
import type { AmountsView, EntitySummary, TotalsView } from '../client/views.js';
import { lifecycleArgument, withGateway } from './connect.js';
import { dim, minuteOf, money, print, printJson, printTable } from './output.js';
import { wholeNumber } from './values.js';

interface Flags {
  readonly state?: string;
  readonly overdue?: true;
  readonly late?: true;
  readonly attention?: true;
  readonly open?: true;
  readonly catastrophe?: string;
  readonly limit: number;
  readonly json?: true;
}

/** What an entity comes to, where its lifecycle keeps an account. */
const ACCOUNT = ['reserved', 'approved', 'paid', 'open'] as const;

function account(amounts: AmountsView | undefined): string[] {
  return ACCOUNT.map((of) => (amounts ? money({ minor: amounts[of], currency: amounts.currency }) : ''));
}

/** Most that one request of the gateway gives. */
const PAGE = 500;

export function listCommand(): Command {
  return new Command('list')
    .description('Lists entities from the records, those first that are longest in their state.')
    .addArgument(lifecycleArgument())
    .option('--state <state>', 'only those in this state')
    .option('--overdue', 'only those whose deadline has passed')
    .option('--late', 'only those that are overdue, or that a passed deadline has brought to a person')
    .option('--attention', 'only those that somebody should look at')
    .option('--open', 'only those that have not ended')
    .option('--catastrophe <name>', 'only those of this catastrophe')
    .option('--limit <n>', 'at most so many', wholeNumber, 50)
    .option('--json', 'print one line of JSON per entity')
    .addHelpText(
      'after',
      '\nExamples:\n  $ throughline list claim --state EscalatedForManualReview\n  $ throughline list claim --overdue --json',
    )
    .action((lifecycle: string, flags: Flags, command: Command) =>
      withGateway(command, async (gateway) => {
        const { state, overdue, late, attention, open, catastrophe, limit } = flags;
        const filter = {
          ...(state === undefined ? {} : { state }),
          ...(catastrophe === undefined ? {} : { catastrophe }),
          ...(overdue ? { overdue } : {}),
          ...(late ? { late } : {}),
          ...(attention ? { attention } : {}),
          ...(open ? { closed: false } : {}),
        };
        const found: EntitySummary[] = [];
        // One more than asked tells whether there are others.
        for await (const entity of gateway.list(lifecycle, filter, Math.min(limit + 1, PAGE))) {
          found.push(entity);
          if (found.length > limit) break;
        }
        const totals = found.length === 0 ? undefined : await gateway.totals(lifecycle, filter);
        show(found.slice(0, limit), found.length > limit, flags, totals);
      }),
    );
}

function show(
  entities: readonly EntitySummary[],
  more: boolean,
  { json, limit }: Flags,
  totals: TotalsView | undefined,
): void {
  if (json) {
    for (const entity of entities) printJson(entity);
    return;
  }
  if (entities.length === 0) return print('none');
  const accounts = (totals?.amounts.length ?? 0) > 0;
  // A line for each currency; how many there are, the first one says for all.
  const end = (totals?.amounts ?? []).map((sum, at) => [
    at === 0 ? `${totals?.entities ?? 0} in all` : '',
    ...Array.from({ length: 5 }, () => ''),
    ...account(sum),
  ]);
  printTable(
    ['id', 'state', 'since', 'waiting for / outcome', 'deadline', 'attention', ...(accounts ? ACCOUNT : [])],
    [
      ...entities.map((entity) => [
        entity.id,
        entity.state,
        minuteOf(entity.since),
        entity.closed ? (entity.outcome ?? '') : (entity.waitsFor ?? `next: ${entity.next.join(' or ')}`),
        entity.deadline ? minuteOf(entity.deadline.at) : '',
        entity.attention ?? '',
        ...(accounts ? account(entity.amounts) : []),
      ]),
      ...end,
    ],
    ['deadline', 'since', 'attention', 'approved', 'reserved'],
  );
  if (more && process.stdout.isTTY) print(dim(`the first ${limit}; there are more: --limit`));
}
