/** The erasable store of personal data, with repeats recognised. */
import { Injectable } from '@nestjs/common';
import { canonicalJson } from '../records/hash.js';
import { findOperation, rememberOperation } from '../records/operations.js';
import { eraseSubject, getSubject, putSubject, type SubjectRef } from '../records/subjects.js';
import { Problem } from './problem.js';
import { Records } from './records.js';

/** Ends a transaction whose work somebody else has done meanwhile. */
class Overtaken extends Error {}

@Injectable()
export class Subjects {
  constructor(private readonly records: Records) {}

  /**
   * Stores data. With a key, the same data under the same key is stored once and gets the first answer.
   * @throws Problem 409 `KeyReused` where the key stands for other data, or for data that was erased
   */
  async put(data: unknown, key?: string): Promise<SubjectRef> {
    if (key === undefined) return this.records.write((db) => putSubject(db, data));
    const signature = `subject/${key}`;
    return (await this.earlier(signature, data)) ?? (await this.first(signature, data));
  }

  /** @throws Problem 404 `UnknownSubject` */
  async erase(ref: string): Promise<void> {
    const erased = await this.records.write((db) => eraseSubject(db, ref));
    if (!erased)
      throw new Problem(404, 'UnknownSubject', `there is no subject ${ref}; use the ref that storing it gave`);
  }

  /** Subject and key are kept together or not at all: nothing personal stays behind that nobody can name. */
  private async first(signature: string, data: unknown): Promise<SubjectRef> {
    const stored = await this.records.write((db) =>
      db
        .transaction()
        .execute(async (transaction) => {
          const answer = await putSubject(transaction, data);
          const kept = await rememberOperation(transaction, signature, { digest: answer.digest, answer });
          if (!kept.first) throw new Overtaken();
          return answer;
        })
        .catch((err: unknown) => {
          if (err instanceof Overtaken) return undefined;
          throw err;
        }),
    );
    return stored ?? ((await this.earlier(signature, data)) as SubjectRef);
  }

  private async earlier(signature: string, data: unknown): Promise<SubjectRef | undefined> {
    const operation = await this.records.write((db) => findOperation(db, signature));
    if (!operation) return undefined;
    const answer = operation.answer as SubjectRef;
    const stored = await this.records.write((db) => getSubject(db, answer.ref));
    if (stored?.data !== undefined && canonicalJson(stored.data) === canonicalJson(data)) return answer;
    throw new Problem(
      409,
      'KeyReused',
      'this Idempotency-Key stands for other data, or for data since erased; use a new one',
    );
  }
}
