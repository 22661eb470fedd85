/** Which follow-ups there are, and of which steps each consists. A step is a folder beside this file. */
import type { Chain } from './platform/chain.js';

export const chains: readonly Chain[] = [
  {
    begins: 'com.throughline.ticket.Resolved.v1',
    ends: 'com.throughline.ticket.followUp.completed.v1',
    steps: [
      { name: 'billing' },
      { name: 'survey' },
      { name: 'notification' },
      // One line per step.
    ],
  },
];
