/** `throughline review show`: one task. */
import { Argument, Command } from 'commander';
import type { ReviewView } from '../client/views.js';
import { withGateway } from './connect.js';
import { printFields, printJson } from './output.js';

/** The argument that names a task. */
export const taskArgument = (): Argument => new Argument('<task>', 'task id, <lifecycle>/<id>#<sequence>');

export function showCommand(): Command {
  return new Command('show')
    .summary('one task, with the decision that is proposed')
    .description('Shows one open task; with it what exactly a second person would approve.')
    .addArgument(taskArgument())
    .option('--json', 'print it as one line of JSON')
    .action((task: string, flags: { json?: true }, command: Command) =>
      withGateway(command, async (gateway) => {
        const view = await gateway.review(task);
        if (flags.json) printJson(view);
        else printTask(view);
      }),
    );
}

function printTask(task: ReviewView): void {
  const { proposal, escalatesAt, parkedUntil } = task;
  printFields([
    ['task', task.taskId],
    ['entity', `${task.lifecycle} ${task.id}, ${task.state}`],
    ['reason', task.reason],
    ['queue', `${task.queue}, priority ${task.priority}, level ${task.level}`],
    ['open since', task.since],
    ['due', task.dueAt === undefined ? undefined : `${task.dueAt}${task.overdue ? ' (overdue)' : ''}`],
    ['escalates at', escalatesAt],
    ['assignee', task.assignee ?? 'nobody'],
    ['parked until', parkedUntil],
    ['decided by', task.decidedBy.length > 0 ? task.decidedBy.join(' or ') : 'resolving it'],
    ['about', task.about === undefined ? undefined : `journal entry ${task.about}`],
    ['proposed by', proposal?.by],
    ['proposed', proposal && `${proposal.message} ${JSON.stringify(proposal.data)}`],
    ['proposal', proposal?.digest],
  ]);
}
