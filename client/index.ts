/** The client library: `new ThroughlineClient(…)` submits, messages and reads lifecycles. */
import type { Client } from '@temporalio/client';
import type { Actor } from '../workflows/lifecycle/entry.js';
import type { LifecycleBinding } from './binding.js';
import { BINDINGS } from './bindings.js';
import { AuditClient } from './audit.js';
import { CatastrophesClient } from './catastrophes.js';
import { ClaimsClient } from './claims.js';
import { EntityClient, type Sender } from './entities.js';
import { DependenciesClient } from './dependencies.js';
import { UnknownLifecycle } from './errors.js';
import { FaultsClient } from './faults.js';
import { FindingsClient } from './findings.js';
import { GatewayClient, tokenFromEnvironment, type Token } from './gateway.js';
import { OnboardingsClient } from './onboardings.js';
import { OrdersClient } from './orders.js';
import { ReconciliationClient } from './reconciliation.js';
import { ReviewsClient } from './reviews.js';
import { temporalClient } from './temporal.js';
import { TicketsClient } from './tickets.js';

/** The lifecycles that this client knows. */
export const lifecycleNames: readonly string[] = BINDINGS.map(({ name }) => name);

/** Submits, messages and reads the entities of a lifecycle that is known by name only. */
export type AnyEntityClient = EntityClient<
  unknown,
  Record<string, unknown>,
  { readonly id: string; readonly outcome: string }
>;

/** Where to connect to, and in whose name. Every field has a default. */
export interface ThroughlineClientOptions {
  /** A connected client, or an address; default: Temporal's own configuration (`TEMPORAL_ADDRESS`, …), then 127.0.0.1:7233. */
  readonly temporal?: Client | string;
  /** URL of the gateway without a slash at its end; default `THROUGHLINE_GATEWAY_URL`, then `http://127.0.0.1:7230`. */
  readonly gateway?: string;
  /**
   * Bearer token for the gateway, or what gives one whenever it is needed. Default: `THROUGHLINE_TOKEN`; then, on a machine with a
   * fleet of its own, one that the key named by `THROUGHLINE_DEVELOPMENT_KEY` signs for `source`.
   */
  readonly token?: Token;
  /** URI reference of the sending system, e.g. `/services/call-centre`. Default `/clients/typescript`. */
  readonly source?: string;
  /** Who acts unless a message says otherwise. Default: a service named after `source`. */
  readonly actor?: Actor;
  /** Lifecycles that {@link ThroughlineClient.entities} knows by name; default: those of the fleet. */
  readonly bindings?: readonly LifecycleBinding[];
}

/**
 * Typed access to Throughline. Connections are made with the first call; close it when done.
 *
 * @example
 * const throughline = new ThroughlineClient({ source: '/services/call-centre' });
 * await throughline.claims.submit({ claimId: 'CLM-1', policyNumber: 'POL-1', … });
 * console.log((await throughline.claims.explain('CLM-1')).sentence);
 * await throughline.close();
 */
export class ThroughlineClient {
  /** Reads through the gateway that no lifecycle owns: status, subjects. */
  readonly gateway: GatewayClient;
  readonly claims: ClaimsClient;
  readonly orders: OrdersClient;
  readonly tickets: TicketsClient;
  readonly onboardings: OnboardingsClient;
  /** Human work on the entities of every lifecycle. */
  readonly reviews: ReviewsClient;
  /** The services that the lifecycles call, which an operator pauses and resumes. */
  readonly dependencies: DependenciesClient;
  /** What goes wrong on purpose in the reference services. */
  readonly faults: FaultsClient;
  /** What was found where two sides disagree. */
  readonly findings: FindingsClient;
  /** Compares what entities say with what services and Temporal say. */
  readonly reconciliation: ReconciliationClient;
  /** Who asked the gateway for what. */
  readonly audit: AuditClient;
  /** What is declared, and how it stands. */
  readonly catastrophes: CatastrophesClient;
  private readonly sender: Sender;
  private readonly bindings: readonly LifecycleBinding[];
  private readonly temporal: Client;
  private readonly ownsConnection: boolean;

  constructor(options: ThroughlineClientOptions = {}) {
    const { temporal, source = '/clients/typescript' } = options;
    this.bindings = options.bindings ?? BINDINGS;
    this.ownsConnection = typeof temporal !== 'object';
    this.temporal = typeof temporal === 'object' ? temporal : temporalClient(temporal);
    this.gateway = new GatewayClient(
      options.gateway ?? process.env['THROUGHLINE_GATEWAY_URL'] ?? 'http://127.0.0.1:7230',
      options.token ?? tokenFromEnvironment(source),
    );
    this.sender = {
      temporal: this.temporal,
      gateway: this.gateway,
      source,
      actor: options.actor ?? { kind: 'service', id: source, authenticated: 'temporal' },
    };
    this.claims = new ClaimsClient(this.sender);
    this.orders = new OrdersClient(this.sender);
    this.tickets = new TicketsClient(this.sender);
    this.onboardings = new OnboardingsClient(this.sender);
    this.dependencies = new DependenciesClient(this.gateway, this.sender.actor);
    this.faults = new FaultsClient(this.gateway);
    this.findings = new FindingsClient(this.gateway, this.sender.actor);
    this.reconciliation = new ReconciliationClient(this.temporal);
    this.audit = new AuditClient(this.gateway);
    this.catastrophes = new CatastrophesClient(this.gateway, this.sender.actor);
    this.reviews = new ReviewsClient(this.gateway, (lifecycle) => this.entities(lifecycle));
  }

  /**
   * The entities of a lifecycle that is known by name only: notices and messages are checked by their schemas, not by types.
   * @throws UnknownLifecycle
   */
  entities(lifecycle: string): AnyEntityClient {
    const binding = this.bindings.find(({ name }) => name === lifecycle);
    if (!binding) {
      throw new UnknownLifecycle(
        lifecycle,
        this.bindings.map(({ name }) => name),
      );
    }
    return new EntityClient(this.sender, binding, ({ id, outcome }) =>
      outcome === undefined ? undefined : { id, outcome },
    );
  }

  /** Closes the connection to Temporal, unless it was handed in. */
  async close(): Promise<void> {
    if (this.ownsConnection) await this.temporal.connection.close();
  }
}

export { AuditClient, type AuditFilter, type AuditView } from './audit.js';
export { understood, type LifecycleBinding, type MessageBinding } from './binding.js';
export {
  CatastrophesClient,
  type AttachableClaim,
  type AttachableView,
  type CatastropheBoard,
  type CatastropheChanged,
  type CatastropheDeclaration,
  type CatastropheView,
} from './catastrophes.js';
export { ClaimsClient, type ClaimSubmitOptions } from './claims.js';
export { DependenciesClient } from './dependencies.js';
export { EntityClient, type MessageOptions, type SendOptions, type SubmitOptions } from './entities.js';
export {
  ConflictingSubmission,
  EntityClosed,
  EntityStopped,
  GatewayRefused,
  InvalidMessage,
  MessageRefused,
  NoAnswer,
  OutcomeTimeout,
  ThroughlineError,
  UnknownEntity,
  UnknownLifecycle,
  UnknownMessage,
  UnknownTask,
  Unreachable,
} from './errors.js';
export { FaultsClient, type FaultKind, type FaultSwitch, type FaultsView } from './faults.js';
export { FindingsClient, type FindingDecision, type FindingsFilter, type FindingView } from './findings.js';
export { GatewayClient, type Delivery, type Token } from './gateway.js';
export { OnboardingsClient } from './onboardings.js';
export { OrdersClient } from './orders.js';
export { ReconciliationClient, type Reconciled, type ReconciliationOptions } from './reconciliation.js';
export { ReviewsClient, type Finding, type Resolution } from './reviews.js';
export { TicketsClient } from './tickets.js';
export type { Submitted } from './submit.js';
export type { FieldIssue } from './validate.js';
export type * from './console-views.js';
export type * from './lifecycle-views.js';
export type * from './views.js';
export type * from './work-views.js';
