/**
 * What the hash chain of a journal is computed from. jsonb forgets the order of fields, so digests are taken over canonical JSON:
 * the same value always gives the same text, whoever wrote it and wherever it was stored in between.
 */
import { createHash } from 'node:crypto';
import type { EntityRef, Entry } from '../workflows/lifecycle/entry.js';

/** Stands before the first entry of every chain: 32 zero bytes. */
export const CHAIN_START: Buffer = Buffer.alloc(32);

/**
 * JSON with the fields of every object sorted by UTF-16 code units and no white space (as RFC 8785). Fields that are `undefined`
 * count as absent, as in `JSON.stringify`.
 * @throws TypeError for a value that JSON has no form for at the top (`undefined`, a function).
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value)
      .filter(([, field]) => field !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, field]) => `${JSON.stringify(name)}:${canonicalJson(field)}`);
    return `{${fields.join(',')}}`;
  }
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) throw new TypeError(`a value of type ${typeof value} has no canonical JSON`);
  return text;
}

/** SHA-256 of the canonical JSON of any value, in hex. */
export function digestOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

/** What, beside the entry itself, its content hash vouches for. */
export type HashedRef = Pick<
  EntityRef,
  'lifecycle' | 'id' | 'stage' | 'firstRunId' | 'kernelVersion' | 'lifecycleVersion' | 'correlationId'
>;

/** SHA-256 (32 bytes) over everything that an entry says; tells a repeat from a contradiction. */
export function contentHash(ref: HashedRef, entry: Entry): Buffer {
  const { lifecycle, id, stage, firstRunId, kernelVersion, lifecycleVersion, correlationId } = ref;
  const content = { lifecycle, id, stage, firstRunId, kernelVersion, lifecycleVersion, correlationId, entry };
  return createHash('sha256').update(canonicalJson(content)).digest();
}

/** The versions under which something was said: which code wrote it, not what it says. */
export type Versions = Pick<EntityRef, 'kernelVersion' | 'lifecycleVersion'>;

/**
 * The content hash that an entry would have had under the versions of one on record: a newer worker carries the same entry again
 * under versions of its own, and that is no contradiction.
 */
export function contentHashAs({ kernelVersion, lifecycleVersion }: Versions, ref: HashedRef, entry: Entry): Buffer {
  return contentHash({ ...ref, kernelVersion, lifecycleVersion }, entry);
}

/** The next link of a chain: SHA-256 over the link before and the content hash. */
export function chainHash(previous: Uint8Array, content: Uint8Array): Buffer {
  return createHash('sha256').update(previous).update(content).digest();
}
