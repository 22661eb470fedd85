/** Tells of a verification: faults as they come, how far it has got, and the summary last. */
import { print, printJson } from '../output.js';
import type { FullVerdict } from './verification.js';

/** Entities between two lines of progress where nobody sees a line change. */
const STRIDE = 1_000;

/** How a verification ended. */
export interface Summary {
  readonly verified: number;
  readonly sound: number;
  readonly faulty: number;
  /** Of which Temporal has forgotten at least one run. */
  readonly notCompared: number;
}

/** Collects verdicts; faults go to standard output, progress to standard error. */
export class Report {
  private verified = 0;
  private faulty = 0;
  private notCompared = 0;
  private shown = false;

  constructor(private readonly options: { readonly json: boolean; readonly progress: boolean }) {}

  add({ lifecycle, id, faults, history }: FullVerdict): void {
    this.verified += 1;
    if (history === 'gone') this.notCompared += 1;
    if (faults.length > 0) {
      this.faulty += 1;
      this.clear();
      if (this.options.json) printJson({ lifecycle, id, faults });
      else for (const fault of faults) print(`${lifecycle}/${id}: ${fault}`);
    }
    if (this.options.progress) this.tell();
  }

  /** Prints the summary. */
  end(): Summary {
    this.clear();
    const { verified, faulty, notCompared } = this;
    const summary = { verified, sound: verified - faulty, faulty, notCompared };
    if (this.options.json) printJson(summary);
    else print(sentence(summary));
    return summary;
  }

  private tell(): void {
    const line = `${number(this.verified)} verified${this.faulty > 0 ? `, ${number(this.faulty)} with faults` : ''}`;
    if (process.stderr.isTTY) {
      process.stderr.write(`\r${line}`);
      this.shown = true;
    } else if (this.verified % STRIDE === 0) {
      process.stderr.write(`${line}\n`);
    }
  }

  /** Makes room on a terminal, which shows both streams. */
  private clear(): void {
    if (this.shown) process.stderr.write('\r\u001b[K');
    this.shown = false;
  }
}

/** `verified 1,003 entities: 1,003 sound`, or `2 of 1,003 have faults`; and what could not be compared. */
export function sentence({ verified, faulty, notCompared }: Summary): string {
  const entities = verified === 1 ? 'entity' : 'entities';
  const verdict =
    faulty === 0
      ? `verified ${number(verified)} ${entities}: ${number(verified)} sound`
      : `${number(faulty)} of ${number(verified)} ${faulty === 1 ? 'has' : 'have'} faults`;
  const rest = `; ${number(notCompared)} could not be compared with history (gone after retention)`;
  return notCompared === 0 ? verdict : `${verdict}${rest}`;
}

const number = (n: number): string => n.toLocaleString('en-US');
