/** One claim under test: starts it, speaks to it, looks at it. */
import {
  WithStartWorkflowOperation,
  WorkflowUpdateFailedError,
  type WorkflowHandle,
  type WorkflowStartOptions,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type {
  ClaimMessages,
  ClaimNotice,
  ClaimResult,
  ClaimSubmission,
  ManualDecision,
} from '../../../workflows/claim/messages.js';
import type { ClaimState } from '../../../workflows/claim/states.js';
import type { KernelMessages } from '../../../workflows/lifecycle/kernel-messages.js';
import type { Entry, EntityState, Envelope } from '../../../workflows/lifecycle/entry.js';
import type { Answer } from '../../../workflows/lifecycle/message.js';
import { continuationOf } from '../../../records/continuation.js';
import { eventually } from '../../support/eventually.js';
import type { Fleet } from './fleet.js';
import { message, REVIEWER, SUPERVISOR } from './messages.js';
import type { Script } from './script.js';

type UpdateName = keyof ClaimMessages | keyof KernelMessages;
type Claims = (submission: ClaimSubmission) => Promise<ClaimResult>;

export class ClaimRun {
  private started: WorkflowHandle<Claims> | undefined;
  private readonly stagesBefore: WorkflowHandle<Claims>[] = [];
  readonly workflowId: string;

  constructor(
    private readonly fleet: Fleet,
    readonly id: string,
  ) {
    this.workflowId = `claim/${id}`;
  }

  get wasStarted(): boolean {
    return this.started !== undefined;
  }

  get handle(): WorkflowHandle<Claims> {
    if (!this.started) throw new Error(`${this.workflowId} is not started`);
    return this.started;
  }

  /** The first run of each stage, the present one last. */
  get stages(): WorkflowHandle<Claims>[] {
    return [...this.stagesBefore, this.handle];
  }

  /** A submission; the policy number says how the bent workflows of a test behave. */
  submissionWith(changes: Partial<ClaimNotice>): ClaimSubmission {
    return { ...this.submission, data: { ...this.submission.data, ...changes } };
  }

  get submission(): ClaimSubmission {
    const notice: ClaimNotice = {
      claimId: this.id,
      policyNumber: 'POL-77',
      dateOfLoss: '2012-10-29',
      causeOfLoss: '1',
      property: { state: 'NY', postalCode: '11692' },
    };
    return message(this.workflowId, notice, { messageId: 'submit' });
  }

  /** Starts the claim. */
  async submit(submission: unknown = this.submission): Promise<this> {
    const { workflow } = this.fleet.client;
    const { firstExecutionRunId } = await workflow.start('claim', this.startOptions(submission));
    // Of this very run, whatever other runs of the key there will be.
    this.started = workflow.getHandle<Claims>(this.workflowId, firstExecutionRunId);
    return this;
  }

  /** Takes up again a claim that has ended, as the gateway does: the next stage of it, which judges the message first. */
  async reopen<Name extends keyof ClaimMessages>(
    name: Name,
    data: ClaimMessages[Name],
    given: Partial<Envelope> = {},
  ): Promise<void> {
    const continued = await continuationOf(this.fleet.db, 'claim', this.id);
    if (!continued) throw new Error(`${this.workflowId} is not on record`);
    const reopening = { name, message: message(this.workflowId, data, { actor: REVIEWER, ...given }) };
    const { firstExecutionRunId } = await this.fleet.client.workflow.start('claim', {
      ...this.startOptions(undefined),
      args: [{ continued: { ...continued, reopening } }],
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    });
    this.stagesBefore.push(this.handle);
    this.started = this.fleet.client.workflow.getHandle<Claims>(this.workflowId, firstExecutionRunId);
  }

  /** Starts the claim with a signal that is there before its first line runs. */
  async submitWithSignal<Name extends keyof ClaimMessages>(name: Name, data: ClaimMessages[Name]): Promise<this> {
    const { workflow } = this.fleet.client;
    const { signaledRunId } = await workflow.signalWithStart<Claims, [unknown]>('claim', {
      ...this.startOptions(this.submission),
      signal: name,
      signalArgs: [message(this.workflowId, data)],
    });
    this.started = workflow.getHandle<Claims>(this.workflowId, signaledRunId);
    return this;
  }

  /** Starts the claim with an update that is there before its first line runs. */
  async submitWithUpdate(name: UpdateName, data: unknown, submission: unknown = this.submission): Promise<Answer> {
    const { workflow } = this.fleet.client;
    const startWorkflowOperation = new WithStartWorkflowOperation<Claims>('claim', {
      ...this.startOptions(submission),
      workflowIdConflictPolicy: 'FAIL',
    });
    const answer = workflow.executeUpdateWithStart<Claims, Answer, [unknown]>(name, {
      startWorkflowOperation,
      args: [message(this.workflowId, data, { actor: REVIEWER })],
    });
    this.started = workflow.getHandle<Claims>(this.workflowId);
    return answer;
  }

  /** A signal from a scripted service; `given` changes its envelope, `null` leaves it out. */
  async tell<Name extends keyof ClaimMessages>(
    name: Name,
    data: ClaimMessages[Name],
    given: Partial<Envelope> | null = {},
  ): Promise<void> {
    await this.handle.signal(name, given === null ? { data } : message(this.workflowId, data, given));
  }

  /** An update, by a reviewer unless `given` says otherwise; `null` leaves the envelope out. */
  async ask(name: UpdateName, data: unknown, given: Partial<Envelope> | null = {}): Promise<Answer> {
    const args = [given === null ? { data } : message(this.workflowId, data, { actor: REVIEWER, ...given })] as [
      unknown,
    ];
    return this.handle.executeUpdate<Answer, [unknown]>(name, { args });
  }

  decide(decided: ManualDecision): Promise<Answer> {
    return this.ask('manualDecision', decided);
  }

  /** A second person approves what the first has proposed. */
  async approve(by: Partial<Envelope> = { actor: SUPERVISOR }): Promise<Answer> {
    const [[taskId, task] = []] = Object.entries((await this.state()).reviews);
    return this.ask('approveReview', { taskId, proposal: task?.proposal?.digest ?? '0'.repeat(16) }, by);
  }

  withdraw(): Promise<Answer> {
    return this.ask('withdraw', { reasonCode: 'claimantAsked' });
  }

  state(): Promise<EntityState> {
    return this.handle.query<EntityState>('status');
  }

  /** Waits, without letting time pass, until the claim is in a state and all of it is on record. */
  async reaches(state: ClaimState): Promise<EntityState> {
    await eventually(
      () => this.state(),
      (seen) => seen.state === state,
    );
    return this.settled();
  }

  /** Waits, without letting time pass, until all that the claim knows is on record. */
  async settled(): Promise<EntityState> {
    const { sequence } = await this.state();
    await eventually(
      () => this.journal(),
      (entries) => entries.length >= sequence,
    );
    return this.state();
  }

  /** How the claim ends. */
  ends(): Promise<ClaimResult> {
    return this.handle.result();
  }

  journal(): Promise<Entry[]> {
    return this.fleet.journal(this.id);
  }

  /** The states that the journal says the claim was in, in order. */
  async path(): Promise<string[]> {
    return (await this.journal()).flatMap((entry) => (entry.kind === 'transition' && entry.to ? [entry.to] : []));
  }

  /** What became of the messages of a name, with the code where there is one. */
  async outcomes(name: string): Promise<string[]> {
    const entries = await this.journal();
    return entries.flatMap(({ message: record, reason }) =>
      record?.name === name ? [[record.outcome, reason?.code].filter(Boolean).join(' ')] : [],
    );
  }

  /** Changes how the services treat the claim from now on. */
  script(script: Partial<Script>): void {
    this.fleet.services.expect(this.id, script);
  }

  calls(activity?: string) {
    return this.fleet.services.calls(this.id, activity);
  }

  private startOptions(submission: unknown): WorkflowStartOptions<Claims> {
    return {
      workflowId: this.workflowId,
      taskQueue: 'throughline-claim',
      args: [submission as ClaimSubmission],
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
    };
  }
}

/** Why an update was refused: the code of a rejected message, else the type of its failure. */
export async function refusal(update: Promise<unknown>): Promise<string> {
  const failure = await update.then(
    () => undefined,
    (err: unknown) => err,
  );
  if (!(failure instanceof WorkflowUpdateFailedError && failure.cause instanceof ApplicationFailure)) {
    throw new Error(`the update was not refused: ${String(failure)}`);
  }
  const [answer] = failure.cause.details ?? [];
  return failure.cause.type === 'MessageRejected' ? String((answer as Answer).code) : String(failure.cause.type);
}
