/**
 * What befalls simulated entities: what the services will do with each, and what those outside do in which state. Pure data, made with
 * dice, so that a seed gives the same again.
 */
import type { Dice } from './dice.js';

/** Rows for `PUT /seed` by kind. */
export type Seeds = Readonly<Record<string, readonly object[]>>;

/** A message by its name, with its data. */
export interface Told {
  readonly name: string;
  readonly data: unknown;
}

/** One of these messages. */
export type ToldOf<Messages> = {
  [Name in keyof Messages]: { readonly name: Name; readonly data: Messages[Name] };
}[keyof Messages];

/** Something that is done about an entity once, as soon as it is in one of these states. */
export interface Act<State extends string = string, Says = Told> {
  readonly in: readonly State[];
  /** What the services learn before. */
  readonly seeds?: Seeds;
  /** What the entity is told; absent: nothing. */
  readonly tell?: Says;
  /** It moves the entity nowhere: what comes next is not put off until it has moved. */
  readonly stays?: true;
}

/** An entity, and all that is going to happen to it from outside. */
export interface Plan<State extends string = string, Says = Told, Notice = unknown> {
  readonly story: string;
  readonly notice: Notice;
  /** What the services know before it is submitted. */
  readonly seeds: Seeds;
  /** In their order: the next waits until the one before is done. */
  readonly acts: ReadonlyArray<Act<State, Says>>;
}

/** A story of a mix, as people are told of it. */
export interface StoryOfMix {
  readonly name: string;
  /** Of a hundred entities, so many. */
  readonly share: number;
  readonly means: string;
}

/** One of the stories, by their shares. */
export function pick<Story extends StoryOfMix>(dice: Dice, stories: readonly Story[]): Story {
  let left = dice.next() * stories.reduce((sum, { share }) => sum + share, 0);
  return stories.find(({ share }) => (left -= share) < 0) ?? (stories[0] as Story);
}

/** The ids of a run, from 1. */
export const idsOf = ({ run, count }: { readonly run: string; readonly count: number }): readonly string[] =>
  Array.from({ length: count }, (_, i) => `SIM-${run}-${String(i + 1).padStart(5, '0')}`);
