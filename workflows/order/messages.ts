/**
 * What an order says and hears: the submission, the messages, the outcome, and the workflow id.
 *
 * Wire names never change. Every message travels as one argument `{ envelope, data }` (`Message`); amounts are integers of the minor
 * unit; instants are ISO-8601 strings. The zod schemas in `events/order.ts` describe the same shapes for everything outside the
 * workflow; `shapes.ts` is generated from them for the workflow itself.
 */
import { defineSignal, defineUpdate } from '@temporalio/workflow';
import type { HoldExpired, StockHeld } from '../../activities/inventory/contract.js';
import type {
  AuthorizationDecided,
  CaptureDecided,
  PaymentChargedBack,
  RefundDecided,
} from '../../activities/payments/contract.js';
import type { CarrierUpdate, StopAnswered } from '../../activities/shipping/contract.js';
import type { Money, PartState } from '../lifecycle/entry.js';
import type { Answer, Message, Submission } from '../lifecycle/message.js';

export const ORDER = 'order';
export const ORDER_TASK_QUEUE = 'throughline-order';

/** Workflow id of an order: `order/<orderId>`. */
export const orderWorkflowId = (orderId: string): string => `${ORDER}/${orderId}`;

/** One line of an order; each is a part of it. */
export interface OrderLine {
  /** Unique within the order: letters, digits and dashes, no colon. */
  readonly lineId: string;
  readonly sku: string;
  /** Pieces, from 1. */
  readonly quantity: number;
  /** What one piece costs the customer, taxes included. */
  readonly unitPrice: Money;
}

/** Where goods go, as far as risk and routing need it: no name, no street. */
export interface Destination {
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly postalCode: string;
}

/** What the customer has ordered: what an amendment may change. */
export interface OrderContent {
  readonly lines: readonly OrderLine[];
  readonly destination: Destination;
  /** Reference of the address in the erasable subject store. */
  readonly addressRef: string;
  /** What delivery costs the customer, taxes included; it is captured with the first shipment. Absent: nothing. */
  readonly delivery?: Money;
}

export interface OrderNotice extends OrderContent {
  /** Business key: letters, digits and dashes, at most 64 characters. Never made from personal data. */
  readonly orderId: string;
  readonly customerId: string;
  /** The card as the vault of the payment service knows it; never a number. */
  readonly methodToken: string;
}

/** Input of the `order` workflow. */
export type OrderSubmission = Submission<OrderNotice>;

/** Why somebody does something: a code, and a reference to a note, never free text. */
export interface Because {
  readonly reasonCode: string;
  readonly note?: string;
}

/** The customer changes what was ordered, before the warehouse has it. Risk and routing are asked again. */
export interface AmendOrder extends Because {
  readonly content: OrderContent;
}

export type CancelOrder = Because;

/** Of an order that cannot be filled or paid as it is: what the customer wants. */
export interface AnswerCustomer extends Because {
  /** `wait`: for the goods on backorder. `shipAvailable`: what is there, and cancel the rest. */
  readonly choice: 'wait' | 'shipAvailable';
}

/** Another card. */
export interface ChangePayment extends Because {
  readonly methodToken: string;
}

/** A person's decision on an order that risk has referred. */
export interface DecideRisk extends Because {
  readonly decision: 'approve' | 'decline';
}

/** A person's decision on what could not be done. */
export interface ResolveException extends Because {
  /** `retry`: it can be done now. `settled`: it was done by hand, by that reference. `cancel`: the order is given up. */
  readonly decision: 'retry' | 'settled' | 'cancel';
  readonly reference?: string;
}

/** The customer sends goods back. */
export interface RequestReturn extends Because {
  readonly lineIds: readonly string[];
}

/** Goods that were sent back have arrived. */
export interface ReturnReceived {
  readonly lineIds: readonly string[];
}

/** What the inspection of returned goods says of each line: how much of its price is given back. */
export interface InspectReturn extends Because {
  readonly lines: ReadonlyArray<{ readonly lineId: string; readonly refund: Money }>;
}

/** A chargeback is answered: evidence was sent, or it is accepted. */
export interface AnswerChargeback extends Because {
  readonly decision: 'evidenceSent' | 'accepted';
  readonly reference?: string;
}

/** Each message's data by wire name. */
export interface OrderMessages {
  readonly stockHeld: StockHeld;
  readonly holdExpired: HoldExpired;
  readonly authorizationDecided: AuthorizationDecided;
  readonly captureDecided: CaptureDecided;
  readonly refundDecided: RefundDecided;
  readonly paymentChargedBack: PaymentChargedBack;
  readonly shipmentDispatched: CarrierUpdate;
  readonly shipmentInTransit: CarrierUpdate;
  readonly shipmentDelivered: CarrierUpdate;
  readonly shipmentDeliveryFailed: CarrierUpdate;
  readonly shipmentReturned: CarrierUpdate;
  readonly shipmentLost: CarrierUpdate;
  readonly stopAnswered: StopAnswered;
  readonly returnReceived: ReturnReceived;
  readonly amendOrder: AmendOrder;
  readonly cancelOrder: CancelOrder;
  readonly answerCustomer: AnswerCustomer;
  readonly changePayment: ChangePayment;
  readonly decideRisk: DecideRisk;
  readonly resolveException: ResolveException;
  readonly requestReturn: RequestReturn;
  readonly inspectReturn: InspectReturn;
  readonly answerChargeback: AnswerChargeback;
}

type Signal<Name extends keyof OrderMessages> = [Message<OrderMessages[Name]>];

export const shipmentDispatchedSignal = defineSignal<Signal<'shipmentDispatched'>>('shipmentDispatched');
export const shipmentDeliveredSignal = defineSignal<Signal<'shipmentDelivered'>>('shipmentDelivered');
export const amendOrderUpdate = defineUpdate<Answer, Signal<'amendOrder'>>('amendOrder');
export const cancelOrderUpdate = defineUpdate<Answer, Signal<'cancelOrder'>>('cancelOrder');
export const answerCustomerUpdate = defineUpdate<Answer, Signal<'answerCustomer'>>('answerCustomer');
export const changePaymentUpdate = defineUpdate<Answer, Signal<'changePayment'>>('changePayment');
export const requestReturnUpdate = defineUpdate<Answer, Signal<'requestReturn'>>('requestReturn');

/**
 * How an order ended. `delivered`, `partlyDelivered`: with what the customer kept; `returned`: everything came back or was lost, and was
 * refunded; `cancelled`: nothing was shipped and nothing taken.
 */
export type OrderOutcome = 'delivered' | 'partlyDelivered' | 'returned' | 'cancelled';

/** Result of the workflow. */
export interface OrderResult {
  readonly orderId: string;
  readonly outcome: OrderOutcome;
  readonly closedAt: string;
  /** Captured and not given back. */
  readonly paid: Money;
}

/** Captured and not given back, in minor units: what an order's parts say of it. */
export function paidOf(parts: Readonly<Record<string, PartState>>): number {
  const sum = (kind: string, ...states: string[]) =>
    Object.entries(parts).reduce(
      (total, [name, { state, amount }]) =>
        total + (name.startsWith(`${kind}:`) && states.includes(state) ? (amount?.minor ?? 0) : 0),
      0,
    );
  return sum('capture', 'Captured', 'SettledByHand') - sum('refund', 'Refunded', 'SettledByHand');
}
