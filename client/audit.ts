/** The audit log of the gateway, for those who look after the fleet. */
import type { GatewayClient } from './gateway.js';

/** One request, as it is on record: what was asked for, never what was answered. */
export interface AuditView {
  readonly auditId: string;
  readonly at: string;
  /** Absent where nobody was recognised. */
  readonly actor?: string;
  readonly roles: readonly string[];
  readonly action: 'write' | 'view' | 'search' | 'export';
  readonly method: string;
  /** As declared, with its parameters: `/api/entities/:lifecycle/:id`. */
  readonly route: string;
  readonly lifecycle?: string;
  readonly entityId?: string;
  /** What else the path names: a dependency, a finding, a message. */
  readonly target?: string;
  readonly decision: 'allowed' | 'refused';
  /** Name of the problem where it was refused, or failed. */
  readonly problem?: string;
  readonly status: number;
  /** What a list was filtered by, and how many rows it gave. */
  readonly filter?: Readonly<Record<string, unknown>>;
  readonly rows?: number;
  readonly requestId: string;
  readonly correlationId?: string;
}

/** Which rows; absent: all. */
export interface AuditFilter {
  readonly actor?: string;
  readonly lifecycle?: string;
  readonly id?: string;
  readonly action?: AuditView['action'];
  readonly decision?: AuditView['decision'];
  /** Not before this instant. */
  readonly since?: string;
}

/** Reads the audit log through the gateway. Takes the role `admin`. */
export class AuditClient {
  constructor(private readonly gateway: GatewayClient) {}

  /** All that the filter finds, the newest first, page by page. */
  list(filter: AuditFilter = {}, pageSize = 100): AsyncGenerator<AuditView, void, void> {
    return this.gateway.items('/api/audit', filter, pageSize);
  }
}
