/** Submission: one entity per business key, repeats recognised by their content. */
import { WorkflowExecutionAlreadyStartedError, type Client, type WorkflowStartOptions } from '@temporalio/client';
import type { Envelope } from '../workflows/lifecycle/entry.js';
import type { Profile, Submission } from '../workflows/lifecycle/message.js';
import { searchAttributes } from '../workflows/lifecycle/search-attributes.js';
import type { LifecycleBinding } from './binding.js';
import { CONTENT_HASH, contentHash } from './content-hash.js';
import { ConflictingSubmission, Unreachable } from './errors.js';
import { callTemporal, isNotFound } from './temporal.js';
import { validated } from './validate.js';
import type { SubmissionRecord } from './views.js';

/** Message id of every submission: one per entity. */
const SUBMIT_MESSAGE_ID = 'submit';

/** What became of a submission. A repeat with the same content gets the same answer, with `started: false`. */
export interface Submitted {
  readonly started: boolean;
  readonly id: string;
  readonly workflowId: string;
  /** Run id of the entity's first run. */
  readonly firstRunId: string;
}

/** Looks a submission up in the records; undefined where they know nothing. */
export type LookUp = (lifecycle: string, id: string) => Promise<SubmissionRecord | undefined>;

/** What a submission carries beside its notice. */
export interface SubmissionFrame {
  readonly envelope: Omit<Envelope, 'entityId' | 'messageId'>;
  readonly profile?: Profile;
  readonly basis?: string;
}

/**
 * Starts the entity unless it exists. The records are looked at first, since Temporal forgets closed entities after its
 * retention; without them the entity's own first write refuses a second start.
 * @throws InvalidMessage, ConflictingSubmission, Unreachable
 */
export async function submit<Notice, Messages>(
  temporal: Client,
  lookUp: LookUp,
  binding: LifecycleBinding<Notice, Messages>,
  given: Notice,
  frame: SubmissionFrame,
): Promise<Submitted> {
  const notice = validated(binding.notice, given, `${binding.name} notice`);
  const id = binding.idOf(notice);
  const workflowId = binding.workflowId(id);
  const profile = frame.profile ?? 'standard';
  const hash = contentHash(notice, profile, frame.basis);

  const repeat = (earlier: { contentHash: unknown; firstRunId: string }): Submitted => {
    if (earlier.contentHash !== hash) throw new ConflictingSubmission(binding.name, id);
    return { started: false, id, workflowId, firstRunId: earlier.firstRunId };
  };

  const known = await lookUpIfPossible(lookUp, binding.name, id);
  if (known) return repeat(known);

  const submission: Submission<Notice> = {
    envelope: { ...frame.envelope, entityId: id, messageId: SUBMIT_MESSAGE_ID },
    data: notice,
    profile,
  };
  try {
    const handle = await callTemporal(temporal, () =>
      temporal.workflow.start(binding.name, {
        ...startOptions(binding, id, {
          contentHash: hash,
          state: binding.initialState,
          since: new Date(),
          catastrophe: binding.catastropheOf(notice),
        }),
        args: [submission],
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
      }),
    );
    return { started: true, id, workflowId, firstRunId: handle.firstExecutionRunId };
  } catch (err) {
    if (!(err instanceof WorkflowExecutionAlreadyStartedError)) throw err;
  }

  const earlier = (await describeFirst(temporal, workflowId)) ?? (await lookUp(binding.name, id));
  if (earlier) return repeat(earlier);
  throw new Unreachable('Temporal', `it says that ${workflowId} exists, but cannot describe it`);
}

async function lookUpIfPossible(lookUp: LookUp, lifecycle: string, id: string): Promise<SubmissionRecord | undefined> {
  try {
    return await lookUp(lifecycle, id);
  } catch (err) {
    if (err instanceof Unreachable) return undefined;
    throw err;
  }
}

async function describeFirst(
  temporal: Client,
  workflowId: string,
): Promise<{ contentHash: unknown; firstRunId: string } | undefined> {
  try {
    const description = await callTemporal(temporal, () => temporal.workflow.getHandle(workflowId).describe());
    const { firstRunId } = description.raw.workflowExecutionInfo ?? {};
    return { contentHash: description.memo?.[CONTENT_HASH], firstRunId: firstRunId || description.runId };
  } catch (err) {
    if (isNotFound(err)) return undefined;
    throw err;
  }
}

/** What is on the label of each first run of an entity's stage. */
export interface Label {
  /** Digest of the submission's content. */
  readonly contentHash: string;
  readonly state: string;
  /** When it entered the state. */
  readonly since: Date;
  readonly catastrophe: string | undefined;
}

/** How every stage of an entity is started; what may be started twice is the caller's to say. */
export function startOptions(
  binding: Pick<LifecycleBinding, 'name' | 'taskQueue' | 'workflowId'>,
  id: string,
  { contentHash: hash, state, since, catastrophe }: Label,
): Pick<
  WorkflowStartOptions,
  'workflowId' | 'taskQueue' | 'workflowIdConflictPolicy' | 'memo' | 'typedSearchAttributes' | 'staticSummary'
> {
  return {
    workflowId: binding.workflowId(id),
    taskQueue: binding.taskQueue,
    workflowIdConflictPolicy: 'FAIL',
    memo: { [CONTENT_HASH]: hash },
    // Attributes at the start cost no action and no event, so the lists of the Temporal UI are right from the first moment.
    typedSearchAttributes: [
      { key: searchAttributes.state, value: state },
      { key: searchAttributes.since, value: since },
      ...(catastrophe === undefined ? [] : [{ key: searchAttributes.catastrophe, value: catastrophe }]),
    ],
    staticSummary: `${binding.name} ${id}`,
  };
}
