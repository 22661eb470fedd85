/** Claims: the entity client with the two messages that people send most, and the claimant kept apart. */
import type { Actor } from '../workflows/lifecycle/entry.js';
import type { Answer } from '../workflows/lifecycle/message.js';
import type {
  ClaimMessages,
  ClaimNotice,
  ClaimOutcome,
  ClaimResult,
  Coverage,
  ManualDecision,
  WithdrawClaim,
} from '../workflows/claim/messages.js';
import { claimBinding } from './bindings.js';
import { EntityClient, type MessageOptions, type Sender, type SubmitOptions } from './entities.js';
import type { Submitted } from './submit.js';
import { validated } from './validate.js';
import type { Explanation } from './views.js';

/** How to submit a claim. */
export interface ClaimSubmitOptions extends SubmitOptions {
  /**
   * The claimant's personal data (name, address, contact). It goes to the erasable subject store; the claim carries its digest
   * only. A repeat with the same data is recognised as one.
   */
  readonly claimant?: Readonly<Record<string, unknown>>;
}

/** Submits, messages and reads claims. */
export class ClaimsClient extends EntityClient<ClaimNotice, ClaimMessages, ClaimResult> {
  constructor(sender: Sender) {
    super(sender, claimBinding, resultOf);
  }

  /** {@inheritDoc EntityClient.submit} */
  override async submit(notice: ClaimNotice, options: ClaimSubmitOptions = {}): Promise<Submitted> {
    const { claimant, ...rest } = options;
    if (claimant === undefined) return super.submit(notice, rest);
    // Checked first, so that a notice that will be refused leaves no personal data behind.
    const checked = validated(claimBinding.notice, notice, 'claim notice');
    const subject = await this.sender.gateway.putSubject(claimant, `claimant/${checked.claimId}`);
    return super.submit({ ...checked, claimant: subject.digest }, rest);
  }

  /** The claimant takes the claim back; the answer says whether it still could. */
  withdraw(id: string, data: WithdrawClaim, options: MessageOptions = {}): Promise<Answer> {
    return this.message(id, 'withdraw', data, options) as Promise<Answer>;
  }

  /** A claims reviewer decides on an escalated claim; a decision needs to say who takes it. */
  decide(id: string, decision: ManualDecision, options: MessageOptions & { readonly actor: Actor }): Promise<Answer> {
    return this.message(id, 'manualDecision', decision, options) as Promise<Answer>;
  }
}

/** The result of a closed claim as its record tells it. */
function resultOf(claim: Explanation): ClaimResult | undefined {
  if (claim.outcome === undefined) return undefined;
  return {
    claimId: claim.id,
    outcome: claim.outcome as ClaimOutcome,
    closedAt: claim.since,
    coverages: Object.entries(claim.parts).map(([name, part]) => ({
      coverage: name as Coverage,
      state: part.state,
      ...(part.reason === undefined ? {} : { reason: part.reason }),
      ...(part.state === 'Paid' && part.amount !== undefined ? { paid: part.amount } : {}),
    })),
  };
}
