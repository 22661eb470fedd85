/** Faults for as long as a run takes: afterwards the switches are as they were. */
import { InvalidArgumentError } from 'commander';
import { GatewayRefused } from '../../client/errors.js';
import type { FaultsClient } from '../../client/faults.js';
import { DEFAULT_FAULTS, type FaultSwitch } from '../../events/faults.js';
import { faultOf, type Fault } from '../fault/words.js';

/** `default`: a bad day; `none`; or faults as `throughline fault set` takes them, separated by commas. */
export function weatherOf(text: string): readonly Fault[] {
  if (text === 'none') return [];
  if (text === 'default') return DEFAULT_FAULTS;
  const faults = text.split(',').map((word) => faultOf(word.trim()));
  if (new Set(faults.map(({ kind }) => kind)).size === faults.length) return faults;
  throw new InvalidArgumentError('Name each fault once.');
}

/**
 * Sets the faults for all services while something runs. What was set for all services before is set again afterwards; switches of
 * single services stay throughout.
 * @throws Error with a remedy where the services refuse; nothing runs then
 */
export async function during<T>(
  faults: readonly Fault[],
  seed: number,
  switches: Pick<FaultsClient, 'list' | 'set' | 'clear'>,
  run: () => Promise<T>,
): Promise<T> {
  if (faults.length === 0) return run();
  const kinds = faults.map(({ kind }) => kind);
  const before = (await switches.list()).faults.flatMap(({ struck: _, ...one }) =>
    one.service === '*' && kinds.includes(one.kind) ? [one] : [],
  );
  await switches.set(faults.map(everywhere), seed).catch(sayHowToGoWithout);
  try {
    return await run();
  } finally {
    for (const kind of kinds) await switches.clear({ service: '*', kind });
    if (before.length > 0) await switches.set(before);
  }
}

const everywhere = (fault: Fault): FaultSwitch => ({ service: '*', ...fault });

/** @throws the error, with one more remedy where the services take no faults */
function sayHowToGoWithout(err: unknown): never {
  if (!(err instanceof GatewayRefused)) throw err;
  throw new Error(`${err.message}; or run with --faults none`, { cause: err });
}
