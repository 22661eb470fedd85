/** Canonical JSON and a small digest, for recognising repeats inside the workflow, where no crypto is at hand. */

/** JSON with sorted keys and without undefined members (undefined itself is null): equal content gives equal text. */
export function canonicalJson(value: unknown): string {
  if (value === undefined) return 'null';
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item)).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(value);
}

/**
 * Two 32-bit lanes of FNV-1a over UTF-16 code units, as 16 hex digits. It tells repeats apart, it protects nothing: whoever may message
 * an entity may also invent message ids.
 */
export function digest(value: unknown): string {
  const text = canonicalJson(value);
  // Two 32-bit lanes with different offsets: BigInt arithmetic would be some fifty times slower in the workflow sandbox.
  let a = 0x811c9dc5;
  let b = 0x9747b28c;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x01000193);
    b = Math.imul(b ^ unit ^ (i & 0xff), 0x01000193);
  }
  return hex(a) + hex(b);
}

const hex = (n: number): string => (n >>> 0).toString(16).padStart(8, '0');
