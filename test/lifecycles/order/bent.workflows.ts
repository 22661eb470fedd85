/**
 * The order with a step that can be bent: `stall:<State>:<n>` as the customer of the notice makes the step of that state wait for ever at
 * its nth visit. States that the product leaves at once are so brought to their deadline, and met by messages.
 */
import { kernelInterceptors, lifecycleWorkflow } from '../../../workflows/lifecycle/kernel.js';
import type { OrderState } from '../../../workflows/order/states.js';
import { orderSpec } from '../../../workflows/order/workflow.js';

type Steps = typeof orderSpec.steps;

const bent: typeof orderSpec = {
  ...orderSpec,
  steps: Object.fromEntries(
    Object.entries(orderSpec.steps).map(([state, step]): [string, Steps[OrderState]] => [
      state,
      async (order) => {
        const [how, where, nth = '1'] = order.facts.notice.customerId.split(':');
        const visit = order.state.visits[state]?.entered ?? 1;
        if (how === 'stall' && where === state && visit === Number(nth)) await order.until(() => false);
        return step(order);
      },
    ]),
  ) as unknown as Steps,
};

export const order = lifecycleWorkflow(bent);
export const interceptors = kernelInterceptors([bent]);
