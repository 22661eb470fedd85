/** The composition as Docker Compose would read it. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface Service {
  readonly image: string;
  readonly build?: unknown;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  /** In seconds, as `45s`. */
  readonly stop_grace_period?: string;
  readonly volumes?: readonly string[];
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

export interface Composition {
  readonly services: Readonly<Record<string, Service>>;
}

/** As it stands, with its anchors and merges resolved. */
export const composition = (): Composition =>
  // Every worker repeats what all have.
  parse(readFileSync(`${ROOT}docker-compose.yml`, 'utf8'), { merge: true, maxAliasCount: -1 }) as Composition;

/** The variables that it takes from outside: those with `:?` have to be given. */
export function variables(
  text = readFileSync(`${ROOT}docker-compose.yml`, 'utf8'),
): Map<string, 'required' | 'optional'> {
  const found = new Map<string, 'required' | 'optional'>();
  for (const [, name = '', operator = ''] of text.matchAll(/\$\{([A-Z_]+)(:[?-])?/g))
    found.set(name, operator === ':?' ? 'required' : 'optional');
  return found;
}

/** A service's environment with values from outside put in. @throws Error where a required one is not given */
export function environmentOf(
  { environment = {} }: Service,
  given: Readonly<Record<string, string>>,
): Record<string, string> {
  const put = (text: string) =>
    text.replace(/\$\{([A-Z_]+)(?::([?-])([^}]*))?\}/g, (_, name: string, operator?: string, rest: string = '') => {
      const value = given[name];
      if (value) return value;
      if (operator === '-') return rest;
      throw new Error(`${name}: ${rest}`);
    });
  return Object.fromEntries(Object.entries(environment).map(([name, text]) => [name, put(String(text))]));
}

/** Those that run this project's own image. */
export const ownServices = (): [name: string, service: Service][] =>
  Object.entries(composition().services).filter(([, { build }]) => build !== undefined);

/** Of the program that a service runs: its source, from the project's root. */
export const programOf = ({ command = [] }: Service): string =>
  (command[1] ?? '').replace(/^dist\//, '').replace(/js$/, 'ts');
