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

/** Whether a text is an instant as cursors hold it, which the database can read too. */
export const isInstant = (value: unknown): value is string =>
  typeof value === 'string' &&
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value) &&
  !Number.isNaN(Date.parse(value));

/** Whether a value is a text that the database can compare. */
export const isText = (value: unknown): value is string => typeof value === 'string' && !value.includes('\0');
