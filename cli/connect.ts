/** From the command line's options to a client; and what every command that names a lifecycle shares. */
import { Argument, type Command } from 'commander';
import os from 'node:os';
import { lifecycleNames, ThroughlineClient } from '../client/index.js';
import type { Actor } from '../workflows/lifecycle/entry.js';
import { surroundings } from './intake/surroundings.js';

/** Options of the program itself. */
export interface GlobalOptions {
  readonly stateDir?: string;
}

/** The lifecycles that commands take. */
export const lifecycleArgument = (): Argument => new Argument('<lifecycle>', 'what it is').choices(lifecycleNames);

/** Who sits at the terminal, by user name; nobody has checked it. */
export function operator(name: string | undefined): Actor {
  return { kind: 'staff', id: name ?? os.userInfo().username, authenticated: 'none' };
}

/** Runs something with a client and closes it, whatever happens. */
export async function withClient<T>(command: Command, use: (client: ThroughlineClient) => Promise<T>): Promise<T> {
  const { temporal, gateway } = await surroundings(command.optsWithGlobals<GlobalOptions>().stateDir, process.env);
  const client = new ThroughlineClient({ gateway, source: '/cli', ...(temporal === undefined ? {} : { temporal }) });
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}
