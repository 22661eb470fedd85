/** The activity that writes journal entries on its own, where no other activity carries them. */
export const RECORDS_TASK_QUEUE = 'throughline-records';

export interface RecordsActivities {
  /** The entries ride along as for any other activity; this one does nothing beside writing them. */
  record(input: Record<string, never>): Promise<void>;
}
