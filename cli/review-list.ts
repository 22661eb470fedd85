/** `throughline review list`: open review tasks, the most urgent first. */
import { Command } from 'commander';
import type { ReviewView } from '../client/views.js';
import { lifecycleNames, operator, withGateway } from './connect.js';
import { dim, minuteOf, print, printJson, printTable } from './output.js';
import { wholeNumber } from './values.js';

interface Flags {
  readonly lifecycle?: string;
  readonly queue?: string;
  readonly assignee?: string;
  readonly mine?: true;
  readonly actor?: string;
  readonly overdue?: true;
  readonly all?: true;
  readonly limit: number;
  readonly json?: true;
}

/** Most that one request of the gateway gives. */
const PAGE = 500;

export function reviewListCommand(): Command {
  return new Command('list')
    .summary('open review tasks')
    .description(
      'Lists open tasks from the records, the most urgent first, then by their due. Parked ones are left out.',
    )
    .option('--lifecycle <name>', `only those of one: ${lifecycleNames.join(', ')}`)
    .option('--queue <queue>', 'only those in this queue')
    .option('--assignee <id>', 'only those that this person has')
    .option('--mine', 'only those that you have')
    .option('--actor <id>', 'who you are (default: your user name)')
    .option('--overdue', 'only those whose due has passed')
    .option('--all', 'parked ones, too')
    .option('--limit <n>', 'at most so many', wholeNumber, 50)
    .option('--json', 'print one line of JSON per task')
    .action((flags: Flags, command: Command) =>
      withGateway(command, async (gateway) => {
        const { lifecycle, queue, mine, overdue, all, limit } = flags;
        const assignee = mine ? operator(flags.actor).id : flags.assignee;
        const filter = {
          ...(lifecycle === undefined ? {} : { lifecycle }),
          ...(queue === undefined ? {} : { queue }),
          ...(assignee === undefined ? {} : { assignee }),
          ...(overdue ? { overdue } : {}),
          ...(all ? { parked: true } : {}),
        };
        const found: ReviewView[] = [];
        // One more than asked tells whether there are others.
        for await (const task of gateway.reviews(filter, Math.min(limit + 1, PAGE))) {
          found.push(task);
          if (found.length > limit) break;
        }
        show(found.slice(0, limit), found.length > limit, flags);
      }),
    );
}

function show(tasks: readonly ReviewView[], more: boolean, { json, limit }: Flags): void {
  if (json) {
    for (const task of tasks) printJson(task);
    return;
  }
  if (tasks.length === 0) return print('none');
  printTable(
    ['task', 'state', 'reason', 'queue', 'priority', 'due', 'assignee', 'remarks', 'since'],
    tasks.map((task) => [
      task.taskId,
      task.state,
      task.reason,
      task.queue,
      String(task.priority),
      task.dueAt === undefined ? '' : minuteOf(task.dueAt),
      task.assignee ?? '',
      remarks(task),
      minuteOf(task.since),
    ]),
    ['since', 'state', 'priority', 'reason'],
  );
  if (more && process.stdout.isTTY) print(dim(`the first ${limit}; there are more: --limit`));
}

function remarks({ overdue, level, parkedUntil, proposal }: ReviewView): string {
  return [
    overdue ? 'overdue' : '',
    level > 0 ? `level ${level}` : '',
    parkedUntil !== undefined && parkedUntil > new Date().toISOString() ? `parked until ${minuteOf(parkedUntil)}` : '',
    proposal ? `proposed by ${proposal.by}` : '',
  ]
    .filter((remark) => remark !== '')
    .join(', ');
}
