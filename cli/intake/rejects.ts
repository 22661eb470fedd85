/** Rows that the intake refuses, and the file they are listed in. */
import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

/** One refused row: where it stands, which of its fields is wrong, what it holds, and why that cannot be taken. */
export interface Reject {
  readonly kind: 'reject';
  /** Physical line of the file; the header is line 1. */
  readonly line: number;
  /** Name of the column, or {@link WHOLE_LINE}. */
  readonly field: string;
  readonly value: string;
  readonly reason: string;
}

/** Field of a reject that concerns the line as such: broken CSV. */
export const WHOLE_LINE = '(line)';

const LONGEST_VALUE = 200;

/** A reject; a long value is cut, since a broken line can be as long as the file. */
export function reject(line: number, field: string, value: string, reason: string): Reject {
  const shown = value.length > LONGEST_VALUE ? `${value.slice(0, LONGEST_VALUE)}…` : value;
  return { kind: 'reject', line, field, value: shown, reason };
}

/**
 * The rejects file: CSV with the columns `line,field,value,reason`, one line per refused row, in the order of discovery. It is
 * created with its first reject, so that a clean run leaves no empty file behind, unless {@link create} is called before.
 */
export class RejectsFile {
  readonly path: string;
  private file: FileHandle | undefined;
  private queue: Promise<void> = Promise.resolve();

  constructor(path: string) {
    this.path = path;
  }

  /** Whether there is a file by now. */
  get created(): boolean {
    return this.file !== undefined;
  }

  /** Creates the file with its header; replaces an older one, whose rejects are not of this run. */
  async create(): Promise<FileHandle> {
    await mkdir(dirname(this.path), { recursive: true });
    this.file = await open(this.path, 'w');
    await this.file.appendFile('line,field,value,reason\n');
    return this.file;
  }

  /** Appends one reject; resolves when it is handed to the operating system, so that a killed run keeps what it found. */
  add(item: Reject): Promise<void> {
    this.queue = this.queue.then(() => this.write(item));
    return this.queue;
  }

  async close(): Promise<void> {
    await this.queue;
    await this.file?.close();
  }

  private async write({ line, field, value, reason }: Reject): Promise<void> {
    const file = this.file ?? (await this.create());
    await file.appendFile(`${[String(line), field, value, reason].map(csvCell).join(',')}\n`);
  }
}

function csvCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
