/** `throughline token --role supervisor`: a token of the development issuer, for whoever owns this machine's fleet. */
import { Command, InvalidArgumentError } from 'commander';
import { developmentToken, endOf } from '../client/development-token.js';
import { grantOf, grantText, ROLES, type Role } from '../client/roles.js';
import { lifecycleNames, operator, type GlobalOptions } from './connect.js';
import { surroundings } from './intake/surroundings.js';
import { print, printJson } from './output.js';

interface Flags extends GlobalOptions {
  readonly role: readonly Role[];
  readonly as?: string;
  readonly lifecycle?: readonly string[];
  readonly ttl: number;
  readonly json?: true;
}

export function tokenCommand(): Command {
  return new Command('token')
    .description(
      'Prints a bearer token of the development issuer, which only the fleet on this machine believes. Elsewhere tokens come from ' +
        'the OpenID provider; hand one to the commands in THROUGHLINE_TOKEN.',
    )
    .requiredOption('--role <roles>', `one or several with commas: ${ROLES.join(', ')}`, rolesOf)
    .option('--as <id>', 'whom it names (default: your user name)')
    .option('--lifecycle <names>', `for these alone, with commas: ${lifecycleNames.join(', ')}`, lifecyclesOf)
    .option('--ttl <duration>', 'how long it lasts: 90s, 15m, 12h', secondsOf, 12 * 3600)
    .option('--json', 'print token and end as one line of JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ curl -H "Authorization: Bearer $(throughline token --role viewer)" http://127.0.0.1:7230/api/status
  $ export THROUGHLINE_TOKEN=$(throughline token --role supervisor --as sam --lifecycle claim)`,
    )
    .action(async (_: unknown, command: Command) => {
      const flags = command.optsWithGlobals<Flags>();
      const { developmentKey, stateDir } = await surroundings(flags.stateDir, process.env);
      if (developmentKey === undefined) {
        throw new Error(
          `there is no development-key.json in ${stateDir}: start the fleet with npm start, name its folder by --state-dir, or ` +
            'get a token from your OpenID provider',
        );
      }
      const token = await developmentToken(developmentKey, {
        subject: operator(flags.as).id,
        roles: flags.role.flatMap(
          (role) => flags.lifecycle?.map((lifecycle) => grantText({ role, lifecycle })) ?? role,
        ),
        ttlSeconds: flags.ttl,
      });
      if (flags.json) printJson({ token, expiresAt: endOf(token) });
      else print(token);
    });
}

function rolesOf(text: string): Role[] {
  return text.split(',').map((name) => {
    const grant = grantOf(name.trim());
    if (grant && grant.lifecycle === undefined) return grant.role;
    throw new InvalidArgumentError(`Give some of ${ROLES.join(', ')}, with commas.`);
  });
}

function lifecyclesOf(text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.every((name) => lifecycleNames.includes(name))) return names;
  throw new InvalidArgumentError(`Give some of ${lifecycleNames.join(', ')}, with commas.`);
}

/** From a second to thirty days. */
function secondsOf(text: string): number {
  const [, number, unit] = /^(\d{1,7})([smh])$/.exec(text) ?? [];
  const seconds = Number(number) * { s: 1, m: 60, h: 3600 }[unit as 's' | 'm' | 'h'];
  if (seconds >= 1 && seconds <= 30 * 86_400) return seconds;
  throw new InvalidArgumentError('Give a duration from 1s to 720h, such as 90s, 15m or 12h.');
}
