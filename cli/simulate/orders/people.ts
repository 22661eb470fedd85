/** The people of the shop: analysts, the returns desk, order operations. They decide what waits for them. */
import type { EntitySummary, Resolution, ReviewView } from '../../../client/index.js';
import type { OrderMessages } from '../../../workflows/order/messages.js';
import { usd } from './catalogue.js';
import type { Plan } from './stories.js';

/** How often what could not be done is tried again before somebody asks to give the order up. */
const MOST_RETRIES = 4;

const because = { reasonCode: 'simulated' };

/** @param asked how often an exception of this order was decided before */
export function decisionOf(task: ReviewView, order: EntitySummary, { notice }: Plan, asked: number): Resolution {
  switch (task.decidedBy[0]) {
    case 'decideRisk':
      return { data: { decision: 'approve', ...because } satisfies OrderMessages['decideRisk'] };
    case 'inspectReturn': {
      // All of what they cost is given back.
      const lines = notice.lines.flatMap(({ lineId, quantity, unitPrice }) =>
        order.parts[lineId]?.state === 'ReturnRequested' ? [{ lineId, refund: usd(unitPrice.minor * quantity) }] : [],
      );
      return { data: { lines, ...because } satisfies OrderMessages['inspectReturn'] };
    }
    case 'answerChargeback':
      return { data: { decision: 'accepted', ...because } satisfies OrderMessages['answerChargeback'] };
    case 'resolveException': {
      // Where goods may have left nothing can be given up, and the answer is no: so every other time it is tried again.
      const decision = asked >= MOST_RETRIES && asked % 2 === 0 ? 'cancel' : 'retry';
      return { data: { decision, ...because } satisfies OrderMessages['resolveException'] };
    }
    default:
      // Late news: somebody has read them.
      return { decision: 'noted', ...because };
  }
}
