/** The client library: `new ThroughlineClient(…)` submits, messages and reads lifecycles. */
import type { Client } from '@temporalio/client';
import type { Actor } from '../workflows/lifecycle/entry.js';
import { ClaimsClient } from './claims.js';
import { GatewayClient } from './gateway.js';
import { temporalClient } from './temporal.js';

/** Where to connect to, and in whose name. Every field has a default. */
export interface ThroughlineClientOptions {
  /** A connected client, or an address; default: Temporal's own configuration (`TEMPORAL_ADDRESS`, …), then 127.0.0.1:7233. */
  readonly temporal?: Client | string;
  /** URL of the gateway without a slash at its end; default `THROUGHLINE_GATEWAY_URL`, then `http://127.0.0.1:7230`. */
  readonly gateway?: string;
  /** URI reference of the sending system, e.g. `/services/call-centre`. Default `/clients/typescript`. */
  readonly source?: string;
  /** Who acts unless a message says otherwise. Default: a service named after `source`. */
  readonly actor?: Actor;
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
  private readonly temporal: Client;
  private readonly ownsConnection: boolean;

  constructor(options: ThroughlineClientOptions = {}) {
    const { temporal, source = '/clients/typescript' } = options;
    this.ownsConnection = typeof temporal !== 'object';
    this.temporal = typeof temporal === 'object' ? temporal : temporalClient(temporal);
    this.gateway = new GatewayClient(
      options.gateway ?? process.env['THROUGHLINE_GATEWAY_URL'] ?? 'http://127.0.0.1:7230',
    );
    this.claims = new ClaimsClient({
      temporal: this.temporal,
      gateway: this.gateway,
      source,
      actor: options.actor ?? { kind: 'service', id: source, authenticated: 'temporal' },
    });
  }

  /** Closes the connection to Temporal, unless it was handed in. */
  async close(): Promise<void> {
    if (this.ownsConnection) await this.temporal.connection.close();
  }
}

export { ClaimsClient, type ClaimSubmitOptions } from './claims.js';
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
  UnknownMessage,
  Unreachable,
} from './errors.js';
export { GatewayClient, type Delivery } from './gateway.js';
export type { Submitted } from './submit.js';
export type { FieldIssue } from './validate.js';
export type * from './views.js';
