/** The dispute as a workflow, on the product's kernel. */
import { kernelInterceptors, lifecycleWorkflow } from '../../../workflows/lifecycle/kernel.js';
import type { Shape } from '../../../workflows/lifecycle/shape.js';
import type { Entity } from '../../../workflows/lifecycle/entity.js';
import type { LifecycleSpec } from '../../../workflows/lifecycle/spec.js';
import { disputeLifecycle, type DisputeMessages, type DisputeNotice, type DisputeState } from './states.js';

type Facts = Readonly<Record<string, unknown>>;
type Dispute = Entity<DisputeState, Facts>;

/** More than this needs a second person. */
const AUTHORITY = 100;
/** Settled for this, its run goes on until late evidence comes. */
const LINGERS = 13;

const object = (name: string, type: 'string' | 'integer'): Shape => ({
  type: 'object',
  properties: { [name]: { type } },
  required: [name],
  additionalProperties: false,
});

const spec: LifecycleSpec<DisputeState, Facts, DisputeMessages, DisputeNotice, { readonly outcome: string }> = {
  lifecycle: disputeLifecycle,
  shapes: {
    submission: object('disputeId', 'string'),
    settle: object('amount', 'integer'),
    appeal: object('ground', 'string'),
    evidence: object('document', 'string'),
    letter: object('document', 'string'),
  },
  remedies: { groundless: 'an appeal needs a ground' },
  key: ({ disputeId }) => disputeId,
  born: () => ({ facts: { papers: [] } }),
  steps: {
    Received: async () => ({ to: 'Open' }),
    Open: (dispute) => dispute.until(() => false),
    Settled: async (dispute) => {
      const late = () => Object.keys(dispute.state.reviews).length > 0;
      if (dispute.facts['amount'] === LINGERS) await dispute.until(late);
    },
    Expired: async () => {},
  },
  effects: {
    settle: (_dispute, { amount }) => ({ apply: { facts: { amount } }, move: { to: 'Settled' } }),
    appeal: (_dispute, { ground }) =>
      ground === 'groundless' ? { reject: 'groundless' } : { apply: { facts: { ground } } },
    evidence: filed,
    letter: filed,
  },
  entering: { Settled: () => ({ outcome: 'settled' }), Expired: () => ({ outcome: 'expired' }) },
  needsSecondPerson: (_dispute, message, data) =>
    message === 'settle' && (data as DisputeMessages['settle']).amount > AUTHORITY,
  result: (dispute) => ({ outcome: dispute.state.outcome ?? 'none' }),
};

function filed(dispute: Dispute, { document }: DisputeMessages['evidence']) {
  return { apply: { facts: { papers: [...(dispute.facts['papers'] as string[]), document] } } };
}

export const dispute = lifecycleWorkflow(spec);
export const interceptors = kernelInterceptors([spec]);
