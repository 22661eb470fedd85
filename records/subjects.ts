/**
 * The erasable store of personal data: names, addresses, bank data, free text. Everything else refers to a subject by a salted
 * digest, which says nothing once salt and data are erased.
 */
import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import type { Kysely, Selectable } from 'kysely';
import type { Instant } from '../workflows/lifecycle/entry.js';
import { canonicalJson } from './hash.js';
import type { Database, SubjectTable } from './schema.js';
import { storable } from './storable.js';

const SALT_BYTES = 32;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** How others refer to a subject. */
export interface SubjectRef {
  /** UUID under which it is read and erased. */
  readonly ref: string;
  /** HMAC-SHA-256 of the data under the subject's own salt, hex: the same data stored twice has two digests. */
  readonly digest: string;
}

/** A subject; without data once it is erased. */
export interface Subject extends SubjectRef {
  readonly data?: unknown;
  readonly erasedAt?: Instant;
}

/** Stores personal data (any JSON value) and returns how to refer to it. */
export async function putSubject(db: Kysely<Database>, data: unknown): Promise<SubjectRef> {
  const salt = randomBytes(SALT_BYTES);
  const text = canonicalJson(storable(data));
  const subject = { ref: randomUUID(), digest: createHmac('sha256', salt).update(text).digest('hex') };
  await db
    .insertInto('subject')
    .values({ ...subject, salt, data: text })
    .execute();
  return subject;
}

/** Reads a subject by its reference; a text that is no UUID refers to nothing. */
export async function getSubject(db: Kysely<Database>, ref: string): Promise<Subject | undefined> {
  if (!UUID.test(ref)) return undefined;
  const row = await db.selectFrom('subject').selectAll().where('ref', '=', ref).executeTakeFirst();
  return row && subject(row);
}

/** Reads a subject by the digest that a journal holds. */
export async function findSubject(db: Kysely<Database>, digest: string): Promise<Subject | undefined> {
  const row = await db.selectFrom('subject').selectAll().where('digest', '=', digest).executeTakeFirst();
  return row && subject(row);
}

/**
 * Erases data and salt for good; reference, digest and the time of erasure stay. Erasing again changes nothing.
 * @returns the subject without its data, or undefined where there is none.
 */
export async function eraseSubject(db: Kysely<Database>, ref: string): Promise<Subject | undefined> {
  if (!UUID.test(ref)) return undefined;
  await db
    .updateTable('subject')
    .set({ data: null, salt: null, erased_at: new Date() })
    .where('ref', '=', ref)
    .where('erased_at', 'is', null)
    .execute();
  return getSubject(db, ref);
}

function subject(row: Selectable<SubjectTable>): Subject {
  const { ref, digest } = row;
  return row.erased_at ? { ref, digest, erasedAt: row.erased_at.toISOString() } : { ref, digest, data: row.data };
}
