/** The product's configuration with one line more. */
import type { Chain } from '../../../subscribers/platform/chain.js';

export const chains: readonly Chain[] = [
  {
    begins: 'com.throughline.ticket.Resolved.v1',
    ends: 'com.throughline.ticket.followUp.completed.v1',
    steps: [
      { name: 'billing' },
      { name: 'survey' },
      { name: 'notification' },
      { name: 'quality-review' },
      // One line per step.
    ],
  },
];
