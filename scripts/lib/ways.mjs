import { messageOf, SetupError } from './failure.mjs';

/**
 * One way to come by a thing.
 *
 * @template T
 * @typedef {object} Way
 * @property {string} name the way in words, e.g. `cached binary`
 * @property {(step: import('./progress.mjs').Step) => Promise<T>} attempt gives the thing or throws why this way has none
 * @property {string} remedy what a person would do to make this way work
 */

/**
 * Takes the first way that works.
 *
 * @template T
 * @param {string} thing what is looked for, for the message
 * @param {readonly Way<T>[]} ways in order of preference
 * @param {import('./progress.mjs').Step} step
 * @returns {Promise<T>}
 * @throws {SetupError} when none works: one message with each way, what it said, and what would mend it
 */
export async function firstWay(thing, ways, step) {
  const refusals = [];
  for (const way of ways) {
    step.say(`trying: ${way.name}`);
    try {
      return await way.attempt(step);
    } catch (error) {
      refusals.push(`  ${way.name}\n    said: ${indent(messageOf(error))}\n    mend: ${indent(way.remedy)}`);
    }
  }
  throw new SetupError(
    `No ${thing} was found. What was tried, what it said, and what would mend it (one is enough):\n${refusals.join('\n')}`,
  );
}

/** @param {string} text */
function indent(text) {
  return text.trim().replaceAll('\n', '\n    ');
}
