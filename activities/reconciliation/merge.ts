/** Two or more lists in the order of the same keys, walked side by side: memory holds a page of each, whatever their length. */
import { ApplicationFailure } from '@temporalio/activity';

/** One page of a list; `next` is the cursor of the page after, as long as there may be one. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next?: string | undefined;
}

export interface ListSource<T> {
  /** For failures. */
  readonly name: string;
  /** Without a cursor: the first page. */
  page(cursor: string | undefined): Promise<Page<T>>;
  keyOf(item: T): string;
}

/** Reads a list key by key. */
export class ListReader<T> {
  private items: readonly T[] = [];
  private at = 0;
  private next: string | undefined;
  private state: 'unread' | 'reading' | 'ended' = 'unread';

  /**
   * @param cursor where an earlier reader was, else undefined
   * @param after the last key that was dealt with; what comes up to it on the first page is passed over
   */
  constructor(
    private readonly source: ListSource<T>,
    private cursor: string | undefined,
    private after: string,
  ) {}

  /** The cursor of the page that the reader is on, to go on from later. */
  get position(): string | undefined {
    return this.cursor;
  }

  /** The next key; undefined at the end. */
  async peek(): Promise<string | undefined> {
    const item = await this.current();
    return item === undefined ? undefined : this.source.keyOf(item);
  }

  /** All that has this key, where it is the next one; nothing otherwise. */
  async take(key: string): Promise<T[]> {
    const taken: T[] = [];
    for (let item = await this.current(); item !== undefined; item = await this.current()) {
      if (this.source.keyOf(item) !== key) break;
      taken.push(item);
      this.at++;
    }
    this.after = key;
    return taken;
  }

  private async current(): Promise<T | undefined> {
    while (this.at >= this.items.length) {
      if (this.state === 'ended' || (this.state === 'reading' && this.next === undefined)) {
        this.state = 'ended';
        return undefined;
      }
      if (this.state === 'reading') this.cursor = this.next;
      await this.read();
    }
    return this.items[this.at];
  }

  private async read(): Promise<void> {
    const first = this.state === 'unread';
    const { items, next } = await this.source.page(this.cursor);
    this.requireOrder(items, first);
    this.items = items;
    this.at = first ? items.filter((item) => !isBefore(this.after, this.source.keyOf(item))).length : 0;
    this.next = next;
    this.state = 'reading';
  }

  /** Sides in different orders would look like disagreements without end. */
  private requireOrder(items: readonly T[], first: boolean): void {
    let before = first ? '' : this.last();
    for (const item of items) {
      const key = this.source.keyOf(item);
      if (isBefore(key, before)) {
        throw ApplicationFailure.nonRetryable(
          `${this.source.name} lists ${key} behind ${before}: its keys must come in the order of their bytes (in PostgreSQL, COLLATE "C")`,
          'ListOutOfOrder',
        );
      }
      before = key;
    }
  }

  private last(): string {
    const item = this.items.at(-1);
    return item === undefined ? '' : this.source.keyOf(item);
  }
}

/** Whether a key comes before another in the order of their bytes. */
function isBefore(a: string, b: string): boolean {
  return Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0;
}

/** The next key of all lists; undefined where all are at their ends. */
export async function nextKey(readers: ReadonlyArray<ListReader<unknown>>): Promise<string | undefined> {
  let least: string | undefined;
  for (const reader of readers) {
    const key = await reader.peek();
    if (key !== undefined && (least === undefined || isBefore(key, least))) least = key;
  }
  return least;
}
