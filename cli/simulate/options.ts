/** The options of every run under load: how many, how fast, and what goes wrong. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { Fault } from '../fault/words.js';
import { ratePerSecond, wholeNumber } from '../values.js';
import { weatherOf } from './weather.js';

/** How fast simulated time runs. */
export type Speed = 'brisk' | 'fast';

/** What they say. */
export interface LoadFlags {
  readonly count: number;
  readonly rate: number;
  readonly faults: readonly Fault[];
  readonly speed: Speed;
  readonly seed: number;
  readonly people: boolean;
  readonly minutes: number;
  readonly run: string;
  readonly json?: true;
  readonly stateDir?: string;
}

/** Adds them. @param speeds those that make sense, the usual one first */
export function loadOptions(command: Command, speeds: readonly Speed[] = ['brisk', 'fast']): Command {
  return command
    .option('--count <n>', 'so many', wholeNumber, 100)
    .option('--rate <n>', 'submissions per second', ratePerSecond, 5)
    .addOption(
      new Option('--faults <faults>', 'default: a bad day; none; or such as answer-lost=0.1,unavailable=5%')
        .argParser(weatherOf)
        .default(weatherOf('default'), 'default'),
    )
    .addOption(
      new Option('--speed <speed>', 'brisk: a day takes a minute; fast: a second').choices(speeds).default(speeds[0]),
    )
    .option('--seed <n>', 'the same seed gives the same again', wholeNumber, 1)
    .option('--people', 'people decide what waits for them, once all have come in', true)
    .option('--no-people', 'it stays with them')
    .option('--minutes <n>', 'after the last has come in, at most so long', wholeNumber, 30)
    .option('--run <name>', "tells this run's from another's", runName, Date.now().toString(36).slice(-5))
    .option('--json', 'print one line of JSON at the end');
}

/** A part of ids. */
function runName(text: string): string {
  if (/^[A-Za-z0-9]{1,20}$/.test(text)) return text;
  throw new InvalidArgumentError('Give 1 to 20 letters and digits.');
}
