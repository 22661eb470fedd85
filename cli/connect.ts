/** From the command line's options to a client; and what every command that names a lifecycle shares. */
import { Argument, type Command } from 'commander';
import os from 'node:os';
import type { ThroughlineClient } from '../client/index.js';
import { developmentTokens, EVERY_ROLE } from '../client/development-token.js';
import { GatewayClient, type Token } from '../client/gateway.js';
import type { Actor } from '../workflows/lifecycle/entry.js';
import { LIFECYCLES } from '../workflows/lifecycles.js';
import { surroundings, type Surroundings } from './intake/surroundings.js';

/** Options of the program itself. */
export interface GlobalOptions {
  readonly stateDir?: string;
}

/** Options of commands that say who gives them. */
interface NamingOptions extends GlobalOptions {
  readonly actor?: string;
}

/** The lifecycles that commands know. */
export const lifecycleNames: readonly string[] = LIFECYCLES.map(({ name }) => name);

/** One of them, as an argument. */
export const lifecycleArgument = (): Argument => new Argument('<lifecycle>', 'what it is').choices(lifecycleNames);

/** Who sits at the terminal, by user name; nobody has checked it. */
export function operator(name: string | undefined): Actor {
  return { kind: 'staff', id: name ?? os.userInfo().username, authenticated: 'none' };
}

/**
 * A client in somebody's name: that of `THROUGHLINE_TOKEN`, else of the development issuer, whose key the fleet's own folder holds.
 * It brings Temporal's, which takes longer to load than most commands take to run.
 * @param as the person that the development issuer names; default: the user name
 */
export async function connect(
  { temporal, gateway, developmentKey }: Surroundings,
  { source, as }: { readonly source: string; readonly as?: string | undefined },
): Promise<ThroughlineClient> {
  const { ThroughlineClient } = await import('../client/index.js');
  const token = tokenOf(developmentKey, as);
  return new ThroughlineClient({
    gateway,
    source,
    ...(temporal === undefined ? {} : { temporal }),
    ...(token === undefined ? {} : { token }),
  });
}

/** Whoever can read the key has every role; the person is who they say they are. */
export function tokenOf(developmentKey: string | undefined, as: string | undefined): Token | undefined {
  const { THROUGHLINE_TOKEN: given } = process.env;
  if (given) return given;
  if (developmentKey === undefined) return undefined;
  return developmentTokens(developmentKey, { subject: operator(as).id, roles: EVERY_ROLE });
}

/** Runs something with a client and closes it, whatever happens. */
export async function withClient<T>(command: Command, use: (client: ThroughlineClient) => Promise<T>): Promise<T> {
  const { stateDir, actor } = command.optsWithGlobals<NamingOptions>();
  const client = await connect(await surroundings(stateDir, process.env), { source: '/cli', as: actor });
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}

/** Runs something with the gateway alone: for whatever asks nothing of Temporal itself. In the name of the same as {@link connect}. */
export async function withGateway<T>(command: Command, use: (gateway: GatewayClient) => Promise<T>): Promise<T> {
  const { stateDir, actor } = command.optsWithGlobals<NamingOptions>();
  const { gateway, developmentKey } = await surroundings(stateDir, process.env);
  return use(new GatewayClient(gateway, tokenOf(developmentKey, actor)));
}
