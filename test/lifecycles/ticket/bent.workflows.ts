/**
 * The ticket with a step that can be bent: `stall:<State>:<n>` as the customer of the notice makes the step of that state wait for ever at
 * its nth visit. States that the product leaves at once are so brought to their deadline, and met by messages.
 */
import { kernelInterceptors, lifecycleWorkflow } from '../../../workflows/lifecycle/kernel.js';
import type { TicketState } from '../../../workflows/ticket/states.js';
import { ticketSpec } from '../../../workflows/ticket/workflow.js';

type Steps = typeof ticketSpec.steps;

const bent: typeof ticketSpec = {
  ...ticketSpec,
  steps: Object.fromEntries(
    Object.entries(ticketSpec.steps).map(([state, step]): [string, Steps[TicketState]] => [
      state,
      async (ticket) => {
        const [how, where, nth = '1'] = ticket.facts.notice.customerId.split(':');
        const visit = ticket.state.visits[state]?.entered ?? 1;
        if (how === 'stall' && where === state && visit === Number(nth)) await ticket.until(() => false);
        return step(ticket);
      },
    ]),
  ) as unknown as Steps,
};

export const ticket = lifecycleWorkflow(bent);
export const interceptors = kernelInterceptors([bent]);
