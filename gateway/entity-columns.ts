/** What an export tells of an entity. */
import type { EntitySummary } from '../client/views.js';
import type { Column } from './csv.js';

/** Amounts are in whole currency units: minor units would be read as a hundred times as much. */
export const CSV_COLUMNS: readonly Column<EntitySummary>[] = [
  { heading: 'lifecycle', of: ({ lifecycle }) => lifecycle },
  { heading: 'id', of: ({ id }) => id },
  { heading: 'state', of: ({ state }) => state },
  { heading: 'since', of: ({ since }) => since },
  { heading: 'waits for', of: ({ waitsFor }) => waitsFor },
  { heading: 'owner', of: ({ owner }) => owner },
  { heading: 'deadline', of: ({ deadline }) => deadline?.at },
  { heading: 'deadline leads to', of: ({ deadline }) => deadline?.leadsTo },
  { heading: 'overdue', of: ({ deadline }) => deadline !== null && Date.parse(deadline.at) < Date.now() },
  { heading: 'late since', of: ({ lateSince }) => lateSince },
  { heading: 'review queue', of: ({ review }) => review?.queue },
  { heading: 'assignee', of: ({ review }) => review?.assignee },
  { heading: 'attention', of: ({ attention }) => attention },
  { heading: 'reason', of: ({ reason }) => reason },
  { heading: 'closed', of: ({ closed }) => closed },
  { heading: 'outcome', of: ({ outcome }) => outcome },
  { heading: 'currency', of: ({ amounts }) => amounts?.currency },
  { heading: 'reserved', of: ({ amounts }) => units(amounts?.reserved) },
  { heading: 'approved', of: ({ amounts }) => units(amounts?.approved) },
  { heading: 'paid', of: ({ amounts }) => units(amounts?.paid) },
  { heading: 'open', of: ({ amounts }) => units(amounts?.open) },
];

const units = (minor: number | undefined): number | undefined => (minor === undefined ? undefined : minor / 100);
