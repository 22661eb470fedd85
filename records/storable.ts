/** JSON that PostgreSQL can keep. */

/** Any escape of a JSON text; the first group holds NUL or half of a surrogate pair, which jsonb and text refuse. */
const ESCAPES = /\\(?:(u0000|ud[89a-f][0-9a-f]{2})|.)/g;

/**
 * The same JSON value with every character that PostgreSQL cannot keep (NUL, half of a surrogate pair) replaced by U+FFFD.
 *
 * Such text is refused at the boundaries, but a signal can be sent past them, and one that can never be recorded would hold up its
 * entity for ever. Compare journal and history after passing history through this.
 */
export function storable<T>(value: T): T {
  const text = JSON.stringify(value);
  const kept = text.replace(ESCAPES, (escape, refused: string | undefined) => (refused ? '\ufffd' : escape));
  return kept === text ? value : (JSON.parse(kept) as T);
}
