/** `throughline diagram claim`: the states of a lifecycle, to be drawn. */
import { Command } from 'commander';
import { stateDiagram } from '../events/diagram.js';
import { LIFECYCLES } from '../workflows/lifecycles.js';
import { lifecycleArgument } from './connect.js';

export function diagramCommand(): Command {
  return new Command('diagram')
    .description('Prints the states, transitions and deadlines of a lifecycle as a Mermaid diagram.')
    .addArgument(lifecycleArgument())
    .addHelpText('after', '\nExample:\n  $ throughline diagram claim > claim.mmd')
    .action((lifecycle: string) => {
      const table = LIFECYCLES.find(({ name }) => name === lifecycle);
      if (table) process.stdout.write(stateDiagram(table));
    });
}
