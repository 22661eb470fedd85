/** Review tasks: who looks at what, and what they decide. Each step is a message to the task's entity, which judges it. */
import type { KernelMessages } from '../workflows/lifecycle/kernel-messages.js';
import type { Answer } from '../workflows/lifecycle/message.js';
import { REMEDIES } from '../workflows/lifecycle/remedies.js';
import type { EntityClient, MessageOptions } from './entities.js';
import { InvalidMessage, MessageRefused, UnknownTask } from './errors.js';
import type { GatewayClient } from './gateway.js';
import type { ReviewFilter, ReviewView } from './views.js';

/** Why somebody did it: a code, and the reference of a note where more is to be said. */
export interface Because {
  readonly reasonCode: string;
  readonly note?: string;
}

/** How a task that no message decides is done: what was found. */
export interface Finding extends Because {
  readonly decision: string;
}

/** How a task is resolved: by what was found, or by the data of the message that decides its state. */
export type Resolution =
  | Finding
  | {
      /** Data of the deciding message. */
      readonly data: unknown;
      /** Its name; needed only where several messages decide. */
      readonly message?: string;
    };

type Entities = Pick<EntityClient<unknown, Record<string, unknown>, unknown>, 'message'>;

/** Lists review tasks and works on them. A refusal is a {@link MessageRefused} that says what can be done about it. */
export class ReviewsClient {
  constructor(
    private readonly gateway: GatewayClient,
    private readonly entities: (lifecycle: string) => Entities,
  ) {}

  /** Open tasks, the most urgent first, then by their due, page by page. @throws Unreachable */
  list(filter: ReviewFilter = {}, pageSize = 100): AsyncGenerator<ReviewView, void, void> {
    return this.gateway.reviews(filter, pageSize);
  }

  /** One open task. @throws UnknownTask, Unreachable */
  get(taskId: string): Promise<ReviewView> {
    return this.gateway.review(taskId);
  }

  /** The sender takes the task. @param options.actor who takes it, and to whom it is assigned */
  take(taskId: string, options: MessageOptions & Required<Pick<MessageOptions, 'actor'>>): Promise<Answer> {
    return this.assign(taskId, options.actor.id, options);
  }

  /** Gives the task to somebody, be it anew. */
  assign(taskId: string, assignee: string, options: MessageOptions = {}): Promise<Answer> {
    return this.send('assignReview', { taskId, assignee }, options);
  }

  /** Gives the task back to its queue. */
  release(taskId: string, options: MessageOptions = {}): Promise<Answer> {
    return this.send('releaseReview', { taskId }, options);
  }

  /** Nobody needs to look before `until`, an instant; clocks and escalation run on. */
  park(taskId: string, until: string, because: Because, options: MessageOptions = {}): Promise<Answer> {
    return this.send('parkReview', { taskId, until, ...because }, options);
  }

  /** Adds a note. Its text goes to the erasable store; the journal gets the reference. */
  async note(taskId: string, text: string, options: MessageOptions = {}): Promise<Answer> {
    addressOf(taskId);
    const { messageId } = options;
    // Under a message id a repeat is one: it must bring the same reference.
    const { ref } = await this.gateway.putSubject({ text }, messageId === undefined ? undefined : `note/${messageId}`);
    return this.send('noteReview', { taskId, note: ref }, options);
  }

  /**
   * Ends the task: a task of a state by the message that decides the state, any other by what was found. Above the authority of one
   * person the answer's code is `awaitingSecondPerson`, and the task stays open with the proposal.
   * @throws InvalidMessage where the resolution does not fit the task
   */
  async resolve(taskId: string, resolution: Resolution, options: MessageOptions = {}): Promise<Answer> {
    if (!('data' in resolution)) return this.send('resolveReview', { taskId, ...resolution }, options);
    const { lifecycle, id } = addressOf(taskId);
    const { decidedBy } = await this.get(taskId);
    const message = resolution.message ?? decidedBy[0];
    if (message === undefined) {
      throw misfit('data', 'leave it out: no message decides this task; give decision and reasonCode');
    }
    if (!decidedBy.includes(message) || (resolution.message === undefined && decidedBy.length > 1)) {
      throw misfit('message', `use one of ${decidedBy.join(', ')}`);
    }
    return this.explained(taskId, () => this.entities(lifecycle).message(id, message, resolution.data, options));
  }

  /** A second person approves the proposed decision. @param proposal its digest; default: of what the task shows now */
  async approve(
    taskId: string,
    options: MessageOptions & { readonly proposal?: string; readonly note?: string } = {},
  ): Promise<Answer> {
    const { proposal = await this.proposed(taskId), note, ...rest } = options;
    return this.send('approveReview', { taskId, proposal, ...(note === undefined ? {} : { note }) }, rest);
  }

  /** A second person refuses the proposed decision; the task stays open. @param options.proposal as in {@link approve} */
  async decline(
    taskId: string,
    because: Because,
    options: MessageOptions & { readonly proposal?: string } = {},
  ): Promise<Answer> {
    const { proposal = await this.proposed(taskId), ...rest } = options;
    return this.send('declineReview', { taskId, proposal, ...because }, rest);
  }

  private async proposed(taskId: string): Promise<string> {
    const { proposal, state } = await this.get(taskId);
    if (proposal) return proposal.digest;
    throw new MessageRefused('noProposal', `${taskId}: ${REMEDIES['noProposal']}`, state);
  }

  private async send<Name extends keyof KernelMessages>(
    name: Name,
    data: KernelMessages[Name] & { readonly taskId: string },
    options: MessageOptions,
  ): Promise<Answer> {
    const { lifecycle, id } = addressOf(data.taskId);
    return this.explained(data.taskId, () => this.entities(lifecycle).message<string>(id, name, data, options));
  }

  /** Sends an update; its refusal is told in the words of the task. */
  private async explained(taskId: string, send: () => Promise<unknown>): Promise<Answer> {
    try {
      return (await send()) as Answer;
    } catch (err) {
      if (!(err instanceof MessageRefused)) throw err;
      const said = await this.sentence(taskId, err.code);
      throw said === undefined ? err : new MessageRefused(err.code, said, err.state);
    }
  }

  /** What can be done about a refusal, where the task has names to tell; undefined where the entity's own words say it. */
  private async sentence(taskId: string, code: string): Promise<string | undefined> {
    if (!TOLD_BY_TASK.includes(code)) return undefined;
    const task = await this.get(taskId).catch((err: unknown) => {
      if (err instanceof UnknownTask) return undefined;
      throw err;
    });
    if (code === 'assignedElsewhere' && task?.assignee !== undefined) {
      return `${taskId} is assigned to ${task.assignee}; release it or reassign it`;
    }
    if (code === 'decideInstead' && task && task.decidedBy.length > 0) {
      return `${taskId} is decided by ${task.decidedBy.join(' or ')}; resolve it with the data of that message`;
    }
    if (code === 'fourEyes' && task?.proposal) {
      return `${taskId}: ${task.proposal.by} proposed the decision; ${REMEDIES['fourEyes']}`;
    }
    return undefined;
  }
}

/** Refusals that say more with what is known of the task. */
const TOLD_BY_TASK: readonly string[] = ['assignedElsewhere', 'decideInstead', 'fourEyes'];

const TASK_ID = /^([^/\s]+)\/(\S+)#\d{1,9}$/;

/** The entity that a task belongs to. @throws InvalidMessage */
function addressOf(taskId: string): { readonly lifecycle: string; readonly id: string } {
  const [, lifecycle, id] = TASK_ID.exec(taskId) ?? [];
  if (lifecycle !== undefined && id !== undefined) return { lifecycle, id };
  throw new InvalidMessage('review task', [
    {
      field: 'taskId',
      value: taskId.slice(0, 64),
      remedy: 'use a task id <lifecycle>/<id>#<sequence>, as lists of tasks show it',
    },
  ]);
}

function misfit(field: string, remedy: string): InvalidMessage {
  return new InvalidMessage('resolution', [{ field, remedy }]);
}
