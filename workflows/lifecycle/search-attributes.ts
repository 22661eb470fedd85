/** The search attributes of every lifecycle, for the Temporal web UI and its queries; none holds personal data. */
import { defineSearchAttributeKey } from '@temporalio/common';

export const searchAttributes = {
  state: defineSearchAttributeKey('BusinessState', 'KEYWORD'),
  since: defineSearchAttributeKey('StateSince', 'DATETIME'),
  deadline: defineSearchAttributeKey('StateDeadline', 'DATETIME'),
  attention: defineSearchAttributeKey('Attention', 'KEYWORD'),
  catastrophe: defineSearchAttributeKey('Catastrophe', 'KEYWORD'),
} as const;
