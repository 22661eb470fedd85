/** Progress for the person who waits, on standard error: a bar in a terminal, a plain line now and then elsewhere. */
import cliProgress from 'cli-progress';

/** One stretch of work with a known end. */
export interface Progress {
  /** @param share of the work that is done, 0 to 1 @param text what has been done so far */
  update(share: number, text: string): void;
  /** A line of its own, above the bar. */
  notice(line: string): void;
  /** Shows the last update as final. */
  end(): void;
}

/** Between two plain lines, in milliseconds. */
const PLAIN_EVERY_MS = 5_000;

/** A bar where `stream` is a terminal that can draw one, else plain lines. */
export function progressOn(stream: NodeJS.WriteStream, title: string): Progress {
  return stream.isTTY && process.env['TERM'] !== 'dumb' ? barOn(stream, title) : plainOn(stream, title);
}

function barOn(stream: NodeJS.WriteStream, title: string): Progress {
  const bar = new cliProgress.SingleBar({
    stream,
    format: (options, params, { text }: { text: string }) => {
      const line = `${title} ${cliProgress.Format.BarFormat(params.progress, options)} ${Math.floor(params.progress * 100)} %  ${text}`;
      // A line that wraps could not be drawn over.
      return line.slice(0, Math.max(20, (stream.columns ?? 80) - 1));
    },
    barsize: 24,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    fps: 8,
  });
  bar.start(1, 0, { text: '' });
  return {
    update: (share, text) => bar.update(share, { text }),
    notice(line) {
      stream.write(`\r\u001b[K${line}\n`);
    },
    end: () => bar.stop(),
  };
}

function plainOn(stream: NodeJS.WriteStream, title: string): Progress {
  let last = '';
  let shown = '';
  let shownAt = Date.now();
  const show = (): void => {
    if (last === shown) return;
    stream.write(`${last}\n`);
    shown = last;
    shownAt = Date.now();
  };
  return {
    update(share, text) {
      last = `${title}: ${Math.floor(share * 100)} %, ${text}`;
      if (Date.now() - shownAt >= PLAIN_EVERY_MS) show();
    },
    notice: (line) => void stream.write(`${line}\n`),
    end: show,
  };
}
