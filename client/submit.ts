/** Submission: one entity per business key, repeats recognised by their content. */
import type { Client } from '@temporalio/client';
import type { Envelope } from '../workflows/lifecycle/entry.js';
import type { Profile } from '../workflows/lifecycle/message.js';
import type { LifecycleBinding } from './binding.js';
import { catastropheOf, type OpenCatastrophe } from './catastrophe-routing.js';
import { contentHash } from './content-hash.js';
import { ConflictingSubmission, Unreachable } from './errors.js';
import { start, type LookUp, type Start } from './start.js';
import { validated } from './validate.js';
import type { AdmissionView, SubmissionRecord } from './views.js';

/** Message id of every submission: one per entity. */
const SUBMIT_MESSAGE_ID = 'submit';

/** What became of a submission. */
export interface Submitted {
  /** It was the first: it started the entity or put it in line. False for a repeat with the same content, which changes nothing. */
  readonly started: boolean;
  readonly id: string;
  readonly workflowId: string;
  /** Run id of the entity's first run; absent while it waits. */
  readonly firstRunId?: string;
  /** While it waits for admission: its place in line. It is on record and starts without anybody doing anything. */
  readonly waiting?: AdmissionView;
}

/** What a submission carries beside its notice. */
export interface SubmissionFrame {
  readonly envelope: Omit<Envelope, 'entityId' | 'messageId'>;
  readonly profile?: Profile;
  readonly basis?: string;
}

/** Whom a submission asks. */
export interface Surroundings<Notice> {
  /** What the records know of it. */
  readonly lookUp: LookUp;
  /** The catastrophes that new claims tie to. */
  readonly openCatastrophes: () => Promise<readonly OpenCatastrophe[]>;
  /** Starts an entity of a catastrophe that has a rate once that allows it. @param notice as it was given, without the tie */
  readonly admit: (order: Start, notice: Notice) => Promise<Submitted>;
}

/**
 * Starts the entity unless it exists. The records are looked at first, since Temporal forgets closed entities after its
 * retention; without them the entity's own first write refuses a second start.
 *
 * A new claim that a declared catastrophe met bears its name from then on. The content that repeats are compared with is what the
 * sender gave, so that a repeat is one whatever has been declared or closed in between.
 * @throws InvalidMessage, ConflictingSubmission, Unreachable
 */
export async function submit<Notice, Messages>(
  temporal: Client,
  { lookUp, openCatastrophes, admit }: Surroundings<Notice>,
  binding: LifecycleBinding<Notice, Messages>,
  given: Notice,
  frame: SubmissionFrame,
): Promise<Submitted> {
  const notice = validated(binding.notice, given, `${binding.name} notice`);
  const id = binding.idOf(notice);
  const workflowId = binding.workflowId(id);
  const profile = frame.profile ?? 'standard';
  const hash = contentHash(notice, profile, frame.basis);

  const known = await lookUpIfPossible(lookUp, binding.name, id);
  if (known) {
    if (known.contentHash !== hash) throw new ConflictingSubmission(binding.name, id);
    const { firstRunId, waiting } = known;
    return {
      started: false,
      id,
      workflowId,
      ...(firstRunId !== undefined && { firstRunId }),
      ...(waiting && { waiting }),
    };
  }

  const catastrophe = catastropheOf(await openCatastrophes(), notice);
  const order: Start = {
    lifecycle: binding,
    id,
    contentHash: hash,
    catastrophe: catastrophe?.name ?? binding.catastropheOf(notice),
    route: catastrophe?.code,
    submission: {
      envelope: { ...frame.envelope, entityId: id, messageId: SUBMIT_MESSAGE_ID },
      data: catastrophe ? { ...notice, catastrophe: catastrophe.name } : notice,
      profile,
    },
  };
  return typeof catastrophe?.rate === 'number' ? admit(order, notice) : start(temporal, lookUp, order);
}

async function lookUpIfPossible(lookUp: LookUp, lifecycle: string, id: string): Promise<SubmissionRecord | undefined> {
  try {
    return await lookUp(lifecycle, id);
  } catch (err) {
    if (err instanceof Unreachable) return undefined;
    throw err;
  }
}
