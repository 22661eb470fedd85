/** What the records refuse. Everything else that a write throws is an outage or a defect, and worth a retry. */

/** A carrier that can never be written, however often it is tried again. */
export abstract class RecordsRefusal extends Error {
  /** Constant name for failure types and logs. */
  abstract readonly type: string;
}

/** An entry does not follow the last one on record: one was lost on the way, or the sender miscounted. */
export class JournalGap extends RecordsRefusal {
  readonly type = 'JournalGap';
  constructor(
    /** `<lifecycle>/<id>` */
    readonly entity: string,
    readonly expected: number,
    readonly given: number,
  ) {
    super(
      `the journal of ${entity} continues with entry ${expected}, but entry ${given} was given: ` +
        'an entry was lost. Compare the journal with the history of the workflow',
    );
    this.name = this.type;
  }
}

/** Another life of the same business key is on record: this run must not act. */
export class ForeignRun extends RecordsRefusal {
  readonly type = 'ForeignRun';
  constructor(
    /** `<lifecycle>/<id>` */
    readonly entity: string,
    readonly recorded: { readonly stage: number; readonly firstRunId: string },
    readonly given: { readonly stage: number; readonly firstRunId: string },
  ) {
    super(
      `${entity} is on record with stage ${recorded.stage} and first run ${recorded.firstRunId}, but stage ${given.stage} ` +
        `and first run ${given.firstRunId} was given: the key is used already. Submit under another key, or reopen the entity`,
    );
    this.name = this.type;
  }
}

/** A lifecycle's table differs from the one on record under the same version. */
export class DefinitionChanged extends RecordsRefusal {
  readonly type = 'DefinitionChanged';
  constructor(
    readonly lifecycle: string,
    readonly version: number,
    /** Path of the first difference and both values. */
    readonly difference: string,
  ) {
    super(
      `the table of lifecycle ${lifecycle} version ${version} is not the one on record (${difference}). ` +
        `Entries were written under the old table: raise the version to ${version + 1}, or undo the change`,
    );
    this.name = this.type;
  }
}

/**
 * Whether a failed write or read says nothing about what was asked, so that the same call may succeed later: the server is gone,
 * restarting, overloaded, not migrated yet. Everything except a {@link RecordsRefusal}.
 */
export function isRecordsUnavailable(error: unknown): boolean {
  return !(error instanceof RecordsRefusal);
}
