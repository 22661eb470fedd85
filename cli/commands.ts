/** The commands of the program. Each is loaded when it is asked for: what one needs is no reason for another to start slowly. */
import { Command } from 'commander';

interface Loadable {
  /** Its line in the program's help. */
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

/** By name, in the order of the help. */
export const COMMANDS: Readonly<Record<string, Loadable>> = {
  intake: {
    summary: 'submit real flood claims from a CSV file',
    load: async () => (await import('./intake/command.js')).intakeCommand(),
  },
  simulate: {
    summary: 'load for the fleet: a storm, replayed; orders and others while things go wrong',
    load: async () => (await import('./simulate/command.js')).simulateCommand(),
  },
  fault: {
    summary: 'make the reference services go wrong on purpose',
    load: async () => (await import('./fault.js')).faultCommand(),
  },
  show: {
    summary: 'what is happening to one entity, why, since when, and what next',
    load: async () => (await import('./show.js')).showCommand(),
  },
  list: {
    summary: 'entities by state, or those that are overdue',
    load: async () => (await import('./list.js')).listCommand(),
  },
  status: {
    summary: 'what runs, where, in which versions, and entities by state',
    load: async () => (await import('./status.js')).statusCommand(),
  },
  doctor: {
    summary: 'whether everything that the fleet needs is there',
    load: async () => (await import('./doctor.js')).doctorCommand(),
  },
  token: {
    summary: 'a token for the gateway',
    load: async () => (await import('./token.js')).tokenCommand(),
  },
  audit: {
    summary: 'who asked for what, and whether they were let',
    load: async () => (await import('./audit.js')).auditCommand(),
  },
  message: {
    summary: 'send a message to an entity',
    load: async () => (await import('./message.js')).messageCommand(),
  },
  review: {
    summary: 'list review tasks and work on them',
    load: async () => (await import('./review.js')).reviewCommand(),
  },
  clock: {
    summary: 'list, move, pause and resume the clocks of entities',
    load: async () => (await import('./clock.js')).clockCommand(),
  },
  hold: {
    summary: 'place or release a hold',
    load: async () => (await import('./hold.js')).holdCommand(),
  },
  catastrophe: {
    summary: 'declare a catastrophe, attach earlier claims, see how it stands',
    load: async () => (await import('./catastrophe.js')).catastropheCommand(),
  },
  dependency: {
    summary: 'pause and resume the services that entities depend on',
    load: async () => (await import('./dependency.js')).dependencyCommand(),
  },
  reconcile: {
    summary: 'compare entities with services and Temporal, and heal what is safe',
    load: async () => (await import('./reconcile.js')).reconcileCommand(),
  },
  finding: {
    summary: 'where entities and others disagree: list, show, resolve',
    load: async () => (await import('./finding.js')).findingCommand(),
  },
  outbox: {
    summary: 'events on their way out: how far behind, what is parked, try again',
    load: async () => (await import('./outbox.js')).outboxCommand(),
  },
  journal: {
    summary: 'prove the records of one entity, or of all',
    load: async () => (await import('./journal.js')).journalCommand(),
  },
  replay: {
    summary: 'what this build would break of what runs on a server',
    load: async () => (await import('./replay.js')).replayCommand(),
  },
  diagram: {
    summary: 'the states of a lifecycle as a Mermaid diagram',
    load: async () => (await import('./diagram.js')).diagramCommand(),
  },
};

/** All commands for the program's help, of which the one that is named is whole. @param name undefined: none is */
export function commandsFor(name: string | undefined): Promise<Command[]> {
  return Promise.all(
    Object.entries(COMMANDS).map(async ([known, { summary, load }]) =>
      (known === name ? await load() : new Command(known)).summary(summary),
    ),
  );
}
