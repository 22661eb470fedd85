/** What goes wrong on purpose in the reference services, for tests and demos: seen, set and cleared through the gateway. */
import type { FaultsQuery, FaultSwitch } from '../events/faults.js';
import type { GatewayClient } from './gateway.js';

export type { FaultKind, FaultSwitch } from '../events/faults.js';

/** Of `GET`, `PUT` and `DELETE /api/faults`: what is set now. */
export interface FaultsView {
  /** Whether the services take any. False also where the gateway knows no reference services. */
  readonly allowed: boolean;
  /** With `allowed: false`: what to do where faults are wanted. */
  readonly remedy?: string;
  /** With the same seed the same calls meet the same faults. Absent where none are allowed. */
  readonly seed?: number;
  /** By service, operation and kind; `struck` is how often it struck up to now. */
  readonly faults: ReadonlyArray<FaultSwitch & { readonly struck: number }>;
  /** Switches that make a bad day, which a system must bear; empty where none are allowed. */
  readonly badDay: readonly FaultSwitch[];
}

/** Reads and changes the fault switches. Each method answers with what is set then. */
export class FaultsClient {
  constructor(private readonly gateway: GatewayClient) {}

  list(): Promise<FaultsView> {
    return this.gateway.request('GET', '/api/faults');
  }

  /**
   * Sets switches, each in place of the one of the same service, operation and kind; all of them or, where one is wrong, none.
   * @param seed absent: it stays
   * @throws GatewayRefused `FaultsNotAllowed`, `ServiceNotHere`, `OperationUnknown`; InvalidMessage
   */
  set(faults: readonly FaultSwitch[], seed?: number): Promise<FaultsView> {
    return this.gateway.request('PUT', '/api/faults', { body: { faults, ...(seed !== undefined && { seed }) } });
  }

  /** Clears the switches that fit; without anything named, all. @throws GatewayRefused `FaultsNotAllowed` */
  clear(which: FaultsQuery = {}): Promise<FaultsView> {
    return this.gateway.request('DELETE', `/api/faults?${new URLSearchParams(which).toString()}`);
  }
}
