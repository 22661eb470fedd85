/** `throughline list claim`: entities by state, or overdue. */
import { Command, InvalidArgumentError } from 'commander';
import type { EntitySummary } from '../client/index.js';
import { lifecycleArgument, withClient } from './connect.js';
import { dim, print, printJson, printTable } from './output.js';

interface Flags {
  readonly state?: string;
  readonly overdue?: true;
  readonly attention?: true;
  readonly open?: true;
  readonly limit: number;
  readonly json?: true;
}

/** Most that one request of the gateway gives. */
const PAGE = 500;

export function listCommand(): Command {
  return new Command('list')
    .summary('entities by state, or those that are overdue')
    .description('Lists entities from the records, those first that are longest in their state.')
    .addArgument(lifecycleArgument())
    .option('--state <state>', 'only those in this state')
    .option('--overdue', 'only those whose deadline has passed')
    .option('--attention', 'only those that somebody should look at')
    .option('--open', 'only those that have not ended')
    .option('--limit <n>', 'at most so many', wholeNumber, 50)
    .option('--json', 'print one line of JSON per entity')
    .addHelpText(
      'after',
      '\nExamples:\n  $ throughline list claim --state EscalatedForManualReview\n  $ throughline list claim --overdue --json',
    )
    .action((_lifecycle: string, flags: Flags, command: Command) =>
      withClient(command, async (client) => {
        const { state, overdue, attention, open, limit } = flags;
        const filter = {
          ...(state === undefined ? {} : { state }),
          ...(overdue ? { overdue } : {}),
          ...(attention ? { attention } : {}),
          ...(open ? { closed: false } : {}),
        };
        const found: EntitySummary[] = [];
        // One more than asked tells whether there are others.
        for await (const entity of client.claims.list(filter, Math.min(limit + 1, PAGE))) {
          found.push(entity);
          if (found.length > limit) break;
        }
        show(found.slice(0, limit), found.length > limit, flags);
      }),
    );
}

function show(entities: readonly EntitySummary[], more: boolean, { json, limit }: Flags): void {
  if (json) {
    for (const entity of entities) printJson(entity);
    return;
  }
  if (entities.length === 0) return print('none');
  printTable(
    ['id', 'state', 'since', 'waiting for / outcome', 'deadline', 'attention'],
    entities.map((entity) => [
      entity.id,
      entity.state,
      minute(entity.since),
      entity.closed ? (entity.outcome ?? '') : (entity.waitsFor ?? `next: ${entity.next.join(' or ')}`),
      entity.deadline ? minute(entity.deadline.at) : '',
      entity.attention ?? '',
    ]),
    ['deadline', 'since', 'attention'],
  );
  if (more && process.stdout.isTTY) print(dim(`the first ${limit}; there are more: --limit`));
}

const minute = (instant: string): string => instant.replace('T', ' ').slice(0, 16);

function wholeNumber(text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= 100_000) return number;
  throw new InvalidArgumentError('Give a whole number from 1 to 100000.');
}
