/**
 * A failure that a person can act on: its message names what failed and what would mend it, so it is printed without a stack.
 */
export class SetupError extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = 'SetupError';
  }
}

/**
 * What an unknown thrown value says, in one string.
 *
 * @param {unknown} error
 * @returns {string}
 */
export function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Runs the main function of a script: its number is the exit code, a {@link SetupError} is printed as a message and ends
 * with 1, anything else is a defect of ours and keeps its stack.
 *
 * The process is ended explicitly: a child that still holds a pipe of ours must not keep a finished command alive.
 *
 * @param {() => Promise<number>} main
 * @returns {Promise<never>}
 */
export async function runMain(main) {
  try {
    process.exit(await main());
  } catch (error) {
    console.error(error instanceof SetupError ? `\n${error.message}` : error);
    process.exit(1);
  }
}
