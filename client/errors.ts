/** What can go wrong for a sender, one class per kind; `type` never changes and is what programs should look at. */
import type { FieldIssue } from './validate.js';

/** Base of every error that the client raises on purpose. */
export abstract class ThroughlineError extends Error {
  /** Constant name of the kind; also the last part of a problem document's `type`. */
  abstract readonly type: string;

  override get name(): string {
    return this.type;
  }
}

/** The message or notice does not have the declared shape; nothing was sent. Mend the named fields and send again. */
export class InvalidMessage extends ThroughlineError {
  readonly type = 'InvalidMessage';

  constructor(
    /** What was to be sent: `claim notice`, `message withdraw`. */
    readonly what: string,
    readonly issues: readonly FieldIssue[],
  ) {
    super(`the ${what} is refused: ${issues.map(sayIssue).join('; ')}`);
  }
}

/** The business key is taken by a submission with other content. The entity that exists is left as it is. */
export class ConflictingSubmission extends ThroughlineError {
  readonly type = 'ConflictingSubmission';

  constructor(
    readonly lifecycle: string,
    readonly id: string,
  ) {
    super(
      `${lifecycle} ${id} was submitted before with other content; ` +
        'send a message to the existing one, or submit under another id',
    );
  }
}

/** No entity has this key. */
export class UnknownEntity extends ThroughlineError {
  readonly type = 'UnknownEntity';

  constructor(
    readonly lifecycle: string,
    readonly id: string,
  ) {
    super(`there is no ${lifecycle} "${id}"; check the id, or submit it first`);
  }
}

/** No lifecycle has this name. */
export class UnknownLifecycle extends ThroughlineError {
  readonly type = 'UnknownLifecycle';

  constructor(
    /** The name that was given. */
    readonly given: string,
    known: readonly string[],
  ) {
    super(`there is no lifecycle ${JSON.stringify(given.slice(0, 64))}; use ${known.join(', ')}`);
  }
}

/** There is no review task of this id, or it was resolved. */
export class UnknownTask extends ThroughlineError {
  readonly type = 'UnknownTask';

  constructor(readonly taskId: string) {
    super(`there is no open review task "${taskId}"; look at the list of open ones`);
  }
}

/** The lifecycle has no message of this name. */
export class UnknownMessage extends ThroughlineError {
  readonly type = 'UnknownMessage';

  constructor(
    readonly lifecycle: string,
    /** The name that was given. */
    readonly given: string,
    known: readonly string[],
  ) {
    super(`a ${lifecycle} knows no message "${given}"; it knows ${known.join(', ')}`);
  }
}

/** The entity is closed; the message was kept (`recorded`) or refused, by its rule, and changes nothing. */
export class EntityClosed extends ThroughlineError {
  readonly type = 'EntityClosed';

  constructor(
    readonly lifecycle: string,
    readonly id: string,
    /** `record`: its data is kept for people to see. `reject`: it is refused. */
    readonly late: 'record' | 'reject',
    readonly outcome?: string,
    /** Where the message would have reopened it: the instant until which it could. */
    readonly reopenableUntil?: string,
  ) {
    super(
      `${lifecycle} ${id} is closed${outcome === undefined ? '' : ` (${outcome})`}; the message came too late` +
        (reopenableUntil === undefined ? '' : ` to reopen it, which was possible until ${reopenableUntil},`) +
        ` and was ${late === 'record' ? 'kept on record without effect' : 'refused'}`,
    );
  }
}

/** The entity itself refused the message; that it did is in its journal, unless the message was `malformed`. */
export class MessageRefused extends ThroughlineError {
  readonly type = 'MessageRefused';

  constructor(
    /** Why: one of the codes that every entity knows (`wrongState`, `fourEyes`, …), or the lifecycle's own. */
    readonly code: string,
    detail: string,
    /** The entity's state at the time, where it is known. */
    readonly state?: string,
  ) {
    super(detail);
  }
}

/** A server could not be reached or did not answer in time. What was sent may have arrived: send it again under the same id. */
export class Unreachable extends ThroughlineError {
  readonly type = 'Unreachable';

  constructor(
    readonly server: 'Temporal' | 'gateway',
    detail: string,
    options?: ErrorOptions,
  ) {
    super(
      `${server} cannot be reached (${detail}); start it or correct its address, then repeat with the same id`,
      options,
    );
  }
}

/** The entity did not answer in time: no worker runs, or more updates wait for it than it can take at once. The message may yet take effect: repeat it under the same `messageId`. */
export class NoAnswer extends ThroughlineError {
  readonly type = 'NoAnswer';

  constructor(
    readonly messageId: string,
    readonly waitedMs: number,
  ) {
    super(
      `no worker answered within ${waitedMs} ms; check that the workers run and that not too many updates are sent to it at once, ` +
        `then repeat with messageId "${messageId}" to get the first answer`,
    );
  }
}

/** The entity had not ended within the time that the caller gave. Nothing is wrong with it. */
export class OutcomeTimeout extends ThroughlineError {
  readonly type = 'OutcomeTimeout';

  constructor(
    readonly lifecycle: string,
    readonly id: string,
    readonly waitedMs: number,
  ) {
    super(`${lifecycle} ${id} had not ended after ${waitedMs} ms; ask explain what it waits for, or wait longer`);
  }
}

/** The entity's run ended without a business outcome: terminated, or failed. */
export class EntityStopped extends ThroughlineError {
  readonly type = 'EntityStopped';

  constructor(
    readonly lifecycle: string,
    readonly id: string,
    /** What ended it, as a clause. */
    readonly how: string,
    options?: ErrorOptions,
  ) {
    super(
      `${lifecycle} ${id} was stopped without an outcome (${how}); look at its run in the Temporal web UI`,
      options,
    );
  }
}

/** The gateway refused a request for a reason that has no class of its own; `code` is the problem's name. */
export class GatewayRefused extends ThroughlineError {
  readonly type = 'GatewayRefused';

  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
  ) {
    super(detail);
  }
}

function sayIssue({ field, value, remedy }: FieldIssue): string {
  return `${field}${value === undefined ? '' : ` (${JSON.stringify(value)})`}: ${remedy}`;
}
