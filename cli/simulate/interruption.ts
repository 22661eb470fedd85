/** Ctrl-C ends a run before its time, and in good order. */

/** Exit code of a program that Ctrl-C has ended. */
const INTERRUPTED = 130;

/** Runs something that can be stopped by Ctrl-C; a second one ends the program at once. @param told what the first one means */
export async function interruptible<T>(told: string, run: (stop: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const interrupted = () => {
    process.exitCode = INTERRUPTED;
    process.stderr.write(`simulate: ${told}; once more ends at once\n`);
    stop.abort();
  };
  process.once('SIGINT', interrupted);
  try {
    return await run(stop.signal);
  } finally {
    process.off('SIGINT', interrupted);
  }
}
