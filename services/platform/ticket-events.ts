/** What the services tell tickets, by the event that tells it: `com.throughline.<event>.v1`. */

interface Answered {
  readonly expertId: string;
  /** Number of the assignment. */
  readonly hop: number;
}

/** Data of each event; the activities' contracts say the same to those who listen. */
export interface TicketEvents {
  'experts.available': { readonly skill: string };
  'experts.accepted': Answered;
  'experts.declined': Answered & { readonly code: string };
}
