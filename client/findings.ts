/** What reconciliation and verification have found, for those who decide on it. */
import type { Actor, Reason } from '../workflows/lifecycle/entry.js';
import type { GatewayClient } from './gateway.js';

/** Two sides that disagree. */
export interface FindingView {
  readonly findingId: string;
  /** A code; `docs/reconciliation.md` says of each what to do. */
  readonly kind: string;
  readonly lifecycle: string;
  readonly id: string;
  /** Which comparison found it; absent where none did. */
  readonly pair?: string;
  /**
   * `open`: a person has to look. `healing`: the entity was told what it had missed. `healed`: and both sides agree since. `gone`: they
   * agreed by themselves. `resolved`: a person has decided.
   */
  readonly state: 'open' | 'healing' | 'healed' | 'gone' | 'resolved';
  readonly queue: string;
  readonly dueAt: string;
  /** Since when the sides have disagreed, as far as they tell. */
  readonly since: string;
  readonly foundAt: string;
  /** When it was found last. */
  readonly seenAt: string;
  /** Goes up, from 1, whenever it is true again after it had ended, and whenever its entity is told once more. */
  readonly occurrence: number;
  /** What each side says; its shape is the kind's. */
  readonly evidence: unknown;
  readonly toldAt?: string;
  /** When it ended, however it did. */
  readonly resolvedAt?: string;
  readonly resolvedBy?: Actor;
  readonly resolution?: Reason;
}

/** Which findings; absent fields do not restrict. */
export interface FindingsFilter {
  readonly kind?: string;
  readonly pair?: string;
  readonly lifecycle?: string;
  readonly id?: string;
  /** Also those that have ended. */
  readonly all?: boolean;
}

/** How somebody decides on a finding. */
export interface FindingDecision {
  /** A code: `refundedByHand`. */
  readonly reason: string;
  /** Reference into the notes of the subject store. */
  readonly note?: string;
  /** Default: the client's actor. */
  readonly actor?: Actor;
}

/** Reads and resolves findings through the gateway. */
export class FindingsClient {
  constructor(
    private readonly gateway: GatewayClient,
    private readonly actor: Actor,
  ) {}

  /** All that fit, the newest first, page by page. @throws GatewayRefused, Unreachable */
  list(filter: FindingsFilter = {}, pageSize = 100): AsyncGenerator<FindingView, void, void> {
    return this.gateway.items('/api/findings', filter, pageSize);
  }

  /** @throws GatewayRefused `UnknownFinding` */
  get(findingId: string): Promise<FindingView> {
    return this.gateway.request('GET', `/api/findings/${encodeURIComponent(findingId)}`);
  }

  /**
   * Ends a finding: somebody has put it right, or it is right as it is. Found again, it stays resolved.
   * @returns `changed: false` where it had ended already, as it is
   * @throws GatewayRefused `UnknownFinding`; InvalidMessage
   */
  resolve(
    findingId: string,
    decision: FindingDecision,
  ): Promise<{ readonly changed: boolean; readonly finding: FindingView }> {
    return this.gateway.request('POST', `/api/findings/${encodeURIComponent(findingId)}/resolve`, {
      body: { actor: this.actor, ...decision },
    });
  }
}
