/** Frames of the spinner in a terminal, one per redraw. */
const SPINNER = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const REDRAW_MS = 100;
/** Without a terminal a step is announced when it lasts this long, so that quick ones cost one line. */
const ANNOUNCE_AFTER_MS = 1_000;
/** Without a terminal a long step says this often that it still works. */
const HEARTBEAT_MS = 15_000;

/**
 * What a step may tell while it works.
 *
 * @typedef {object} Step
 * @property {(what: string) => void} say what it does now, e.g. `building from source`: shown at once
 * @property {(detail: string) => void} tick a quickly changing detail, e.g. a count: shown when there is room and time
 * @property {(result: string) => void} done what to show as the result, once the step has ended
 */

/**
 * @typedef {object} Line
 * @property {string} title
 * @property {number} since milliseconds since the epoch
 * @property {string} doing
 * @property {string} detail
 * @property {string} result
 * @property {number} lastShown when a plain line was last printed; 0 for never
 */

/**
 * Shows what a long start does: a live list in a terminal, plain lines elsewhere (pipes, CI).
 *
 * Steps may run side by side. Finished ones stay on the screen above those that still run.
 */
export class Progress {
  #stream;
  #live;
  #colour;
  /** @type {Set<Line>} */
  #active = new Set();
  #drawnLines = 0;
  #frame = 0;
  /** @type {NodeJS.Timeout | undefined} */
  #timer;

  /**
   * @param {NodeJS.WritableStream & { isTTY?: boolean, columns?: number }} [stream]
   * @param {NodeJS.ProcessEnv} [env] `CI` and `TERM=dumb` ask for plain lines, `NO_COLOR` for no colour
   */
  constructor(stream = process.stdout, env = process.env) {
    this.#stream = stream;
    this.#live = Boolean(stream.isTTY) && !env['CI'] && env['TERM'] !== 'dumb';
    this.#colour = this.#live && !env['NO_COLOR'];
  }

  /**
   * Runs one step and shows how it goes and how long it took.
   *
   * @template T
   * @param {string} title a noun: what there will be when it is done
   * @param {(step: Step) => Promise<T>} work
   * @returns {Promise<T>}
   * @throws whatever the work throws, after marking the step as failed
   */
  async step(title, work) {
    /** @type {Line} */
    const line = { title, since: Date.now(), doing: '', detail: '', result: '', lastShown: 0 };
    this.#active.add(line);
    this.#schedule();
    try {
      const result = await work({
        say: (what) => {
          if (what === line.doing) return;
          line.doing = what;
          line.detail = '';
          if (!this.#live && line.lastShown > 0) this.#announce(line);
        },
        tick: (detail) => {
          line.detail = detail;
        },
        done: (outcome) => {
          line.result = outcome;
        },
      });
      this.#finish(line, this.#paint('32', '✓'));
      return result;
    } catch (error) {
      line.result = 'failed';
      this.#finish(line, this.#paint('31', '✗'));
      throw error;
    }
  }

  /**
   * Prints a line of its own, above the steps that run.
   *
   * @param {string} text
   */
  note(text) {
    this.#erase();
    this.#stream.write(`${text}\n`);
    this.#draw();
  }

  /**
   * @param {Line} line
   * @param {string} mark
   */
  #finish(line, mark) {
    this.#active.delete(line);
    if (this.#active.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
    this.note(
      `${mark} ${line.title}${line.result ? `: ${line.result}` : ''} ${this.#paint('2', `(${elapsed(line)})`)}`,
    );
  }

  #schedule() {
    this.#timer ??= setInterval(() => this.#beat(), this.#live ? REDRAW_MS : ANNOUNCE_AFTER_MS).unref();
  }

  #beat() {
    if (this.#live) {
      this.#erase();
      this.#draw();
      return;
    }
    const now = Date.now();
    for (const line of this.#active) {
      const due = line.lastShown === 0 ? line.since + ANNOUNCE_AFTER_MS : line.lastShown + HEARTBEAT_MS;
      if (now >= due) this.#announce(line);
    }
  }

  /** @param {Line} line */
  #announce(line) {
    line.lastShown = Date.now();
    this.#stream.write(`… ${describe(line)}\n`);
  }

  #erase() {
    if (this.#drawnLines > 0) this.#stream.write(`\r\u001b[${this.#drawnLines}A\u001b[J`);
    this.#drawnLines = 0;
  }

  #draw() {
    if (!this.#live || this.#active.size === 0) return;
    const spinner = SPINNER[this.#frame++ % SPINNER.length] ?? '';
    const width = Math.max(20, (this.#stream.columns || 80) - 3);
    for (const line of this.#active) {
      // A line that wraps would make the erasure leave rubbish behind.
      this.#stream.write(`${this.#paint('36', spinner)} ${describe(line).slice(0, width)}\n`);
    }
    this.#drawnLines = this.#active.size;
  }

  /**
   * @param {string} code
   * @param {string} text
   */
  #paint(code, text) {
    return this.#colour ? `\u001b[${code}m${text}\u001b[0m` : text;
  }
}

/** @param {Line} line */
function describe(line) {
  const parts = [line.doing, line.detail].filter(Boolean).join(', ');
  return `${line.title}${parts ? `: ${parts}` : ''} (${elapsed(line)})`;
}

/** @param {Line} line */
function elapsed(line) {
  const seconds = (Date.now() - line.since) / 1000;
  return seconds < 10 ? `${seconds.toFixed(1)} s` : `${Math.round(seconds)} s`;
}
