/** Cursors of keyset pages: the sort key of the last row, opaque to whoever turns the page. */

/** A cursor that no page has given. */
export class InvalidCursor extends Error {
  readonly type = 'InvalidCursor';
  constructor(readonly cursor: string) {
    super(
      `cursor ${JSON.stringify(cursor)} is not one that a list has given: leave it out to start from the beginning`,
    );
    this.name = this.type;
  }
}

/** The cursor behind a row with this key. */
export function cursorOf(key: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/**
 * The key that a cursor holds.
 * @param fits whether it is a key of the list's own.
 * @throws InvalidCursor
 */
export function keyOf<Key extends readonly unknown[]>(
  cursor: string,
  fits: (key: readonly unknown[]) => key is Key,
): Key {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(key) && fits(key)) return key;
  } catch {
    // Not JSON: refused below like every other foreign text.
  }
  throw new InvalidCursor(cursor);
}

/** Whether a text is an instant that the database can read. */
export const isInstant = (value: unknown): value is string =>
  typeof value === 'string' && !Number.isNaN(Date.parse(value));
