/** The pairs whose other side is a domain service: which lists, and how they are compared. */
import type { RecordedEntity } from '../../records/reconciliation.js';
import type { ClaimFacts } from '../../workflows/claim/facts.js';
import type { OrderFacts } from '../../workflows/order/facts.js';
import type { TicketFacts } from '../../workflows/ticket/facts.js';
import type { Pair } from '../../workflows/reconciliation/pairs.js';
import { compareClaimPayments } from './claims-payments.js';
import type { Discrepancy, Recorded } from './discrepancy.js';
import { AUTHORIZATIONS, CAPTURES, CHAINS, HOLDS, PAYMENTS, REFUNDS, SHIPMENTS, type ServiceList } from './lists.js';
import { compareAuthorizations } from './order-authorizations.js';
import { compareCaptures } from './order-captures.js';
import { compareRefunds } from './order-refunds.js';
import { compareOrderHolds } from './orders-inventory.js';
import { compareOrderShipments } from './orders-shipping.js';
import { compareFollowUps } from './tickets-follow-ups.js';

/** What each list has of one entity, by the list's name. */
export type Rows = Readonly<Record<string, readonly unknown[]>>;

export interface ServicePair {
  readonly lifecycle: string;
  readonly lists: Readonly<Record<string, ServiceList<unknown>>>;
  /** Pure: the disagreements on one entity, or on what is only there. */
  readonly compare: (entity: RecordedEntity | undefined, rows: Rows) => readonly Discrepancy[];
}

/** A pair with the types of its own; what is read of a list is what its schema says. */
function pair<Facts, Lists extends Readonly<Record<string, object>>>(definition: {
  readonly lifecycle: string;
  readonly lists: { readonly [Name in keyof Lists]: ServiceList<Lists[Name]> };
  readonly compare: (
    entity: Recorded<Facts> | undefined,
    rows: { readonly [Name in keyof Lists]: readonly Lists[Name][] },
  ) => readonly Discrepancy[];
}): ServicePair {
  return definition as unknown as ServicePair;
}

export const SERVICE_PAIRS: Readonly<Record<Exclude<Pair, 'records-temporal'>, ServicePair>> = {
  'claims-payments': pair<ClaimFacts, { payments: ListRow<typeof PAYMENTS> }>({
    lifecycle: 'claim',
    lists: { payments: PAYMENTS },
    compare: compareClaimPayments,
  }),
  'orders-payments': pair<
    OrderFacts,
    {
      authorizations: ListRow<typeof AUTHORIZATIONS>;
      captures: ListRow<typeof CAPTURES>;
      refunds: ListRow<typeof REFUNDS>;
    }
  >({
    lifecycle: 'order',
    lists: { authorizations: AUTHORIZATIONS, captures: CAPTURES, refunds: REFUNDS },
    compare: (order, { authorizations, captures, refunds }) => [
      ...compareAuthorizations(order, authorizations),
      ...compareCaptures(order, captures),
      ...compareRefunds(order, refunds),
    ],
  }),
  'orders-inventory': pair<OrderFacts, { holds: ListRow<typeof HOLDS> }>({
    lifecycle: 'order',
    lists: { holds: HOLDS },
    compare: compareOrderHolds,
  }),
  'orders-shipping': pair<OrderFacts, { shipments: ListRow<typeof SHIPMENTS> }>({
    lifecycle: 'order',
    lists: { shipments: SHIPMENTS },
    compare: compareOrderShipments,
  }),
  'tickets-followUps': pair<TicketFacts, { chains: ListRow<typeof CHAINS> }>({
    lifecycle: 'ticket',
    lists: { chains: CHAINS },
    compare: compareFollowUps,
  }),
};

type ListRow<List> = List extends ServiceList<infer Row> ? Row : never;
