/** What is done once for its signature, however many ask at the same moment, and whichever gateway they ask. */
import { randomUUID } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import {
  extendOperation,
  findOperation,
  releaseOperation,
  rememberOperation,
  takeOperation,
} from '../records/operations.js';
import { Problem } from './problem.js';
import { Records } from './records.js';

/** For so long after its last sign of life a gateway that died with an operation keeps it from others, in milliseconds. */
const LEASE_MS = 15_000;
/** Seconds after which it is worth asking again for what is being done. */
const RETRY_AFTER = '1';

/** What an operation was answered. */
interface Outcome {
  readonly answer: unknown;
  /** False: it was done before, and this is what was answered then. */
  readonly first: boolean;
}

/**
 * Keeps the answers of what was done. Who is to do it is settled in the database before it is begun. What a gateway had begun when it
 * died is done again by whoever asks next: that it had no effect, or the same one, is for the operation to see to.
 */
@Injectable()
export class Operations {
  private readonly log = new Logger('operations');

  constructor(private readonly records: Records) {}

  /**
   * @param signature of who asks for what, under which key
   * @param asked digest of what is asked
   * @param act gives the answer, any JSON value; what it throws is thrown, and nothing is kept
   * @throws Problem 409 `KeyReused`, `KeyInUse`
   */
  async once(signature: string, asked: string, act: () => Promise<unknown>): Promise<Outcome> {
    const earlier = await this.earlier(signature, asked);
    if (earlier) return earlier;
    const holder = randomUUID();
    const taken = await this.records.write((db) => takeOperation(db, signature, holder, LEASE_MS));
    if (!taken) throw inUse();
    const extending = setInterval(() => void this.extend(signature, holder), LEASE_MS / 3);
    try {
      // Whoever had it may have been done with it between the look and the taking.
      return (await this.earlier(signature, asked)) ?? (await this.first(signature, asked, act));
    } finally {
      clearInterval(extending);
      await this.records.write((db) => releaseOperation(db, signature, holder)).catch(this.complain);
    }
  }

  private async earlier(signature: string, asked: string): Promise<Outcome | undefined> {
    const found = await this.records.write((db) => findOperation(db, signature));
    return found && { answer: same(found, asked), first: false };
  }

  private extend(signature: string, holder: string): Promise<void> {
    return this.records.write((db) => extendOperation(db, signature, holder, LEASE_MS)).catch(this.complain);
  }

  private async first(signature: string, asked: string, act: () => Promise<unknown>): Promise<Outcome> {
    const answer = await act();
    const kept = await this.records.write((db) => rememberOperation(db, signature, { digest: asked, answer }));
    return kept.first ? { answer, first: true } : { answer: same(kept, asked), first: false };
  }

  private readonly complain = (err: unknown): void =>
    this.log.warn(
      { reason: (err as Error).message },
      'an operation could not be held or let go; others may do it when its time is over',
    );
}

/** @throws Problem 409 `KeyReused` */
function same({ digest, answer }: { readonly digest: string; readonly answer: unknown }, asked: string): unknown {
  if (digest === asked) return answer;
  throw new Problem(409, 'KeyReused', 'this Idempotency-Key was used for a request with other content; use a new one');
}

function inUse(): Problem {
  return new Problem(
    409,
    'KeyInUse',
    'a request is outstanding for this Idempotency-Key; repeat it in a moment, and get its answer',
    {},
    { 'retry-after': RETRY_AFTER },
  );
}
