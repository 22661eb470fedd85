/** `GET|PUT|DELETE /faults`: the fault switches of this process, for tests and demos. */
import { Body, Controller, Delete, Get, HttpCode, Put, Query } from '@nestjs/common';
import {
  faultsQuery,
  faultsRequest,
  ofCallbacks,
  type FaultsQuery,
  type FaultsRequest,
  type FaultSwitch,
  type FaultsView,
} from '../../events/faults.js';
import { ServicesConfig, type ServiceName } from '../config.js';
import { FaultSwitches } from './faults.js';
import { LOOK_UP, OPERATIONS } from './operations.js';
import { Problem } from './problem.js';
import { Valid } from './validation.js';

@Controller('faults')
export class FaultsController {
  constructor(
    private readonly config: ServicesConfig,
    private readonly faults: FaultSwitches,
  ) {}

  /** 200: the switches, and how often each struck. @throws Problem 403 `FaultsRefused`, as all of them */
  @Get()
  list(): FaultsView {
    this.#allowed();
    return this.faults.view();
  }

  /**
   * 200: sets switches, each in place of the one of the same service, operation and kind; all of them or, where one is wrong, none.
   * @throws Problem 422 `ServiceNotHere`, `OperationUnknown`
   */
  @Put()
  @HttpCode(200)
  set(@Body(new Valid(faultsRequest)) { seed, faults }: FaultsRequest): FaultsView {
    this.#allowed();
    for (const one of faults) this.#known(one);
    this.faults.set(faults, seed);
    return this.faults.view();
  }

  /** 200: the switches that are left; without a query none are. */
  @Delete()
  clear(@Query(new Valid(faultsQuery, 'query')) query: FaultsQuery): FaultsView {
    this.#allowed();
    this.faults.clear(query);
    return this.faults.view();
  }

  #allowed(): void {
    if (this.config.faults) return;
    throw new Problem(
      403,
      'FaultsRefused',
      'THROUGHLINE_FAULTS is not "allowed": this process takes no fault switches; start it with that where they are wanted, ' +
        'never where real entities are',
    );
  }

  /** A switch that can never strike is a mistake. */
  #known({ service, operation, kind }: FaultSwitch): void {
    if (service === '*') return;
    const here = this.config.services.find((name) => name === service);
    if (!here) {
      const names = this.config.services.join(', ');
      throw new Problem(422, 'ServiceNotHere', `service is ${service}: this process runs ${names}; name one, or *`);
    }
    const known = operationsOf(here, kind);
    if (known.length === 0 || (operation !== undefined && !known.includes(operation))) {
      throw new Problem(
        422,
        'OperationUnknown',
        `operation is ${operation ?? '(missing)'}: ${kind} at ${service} strikes ${known.join(', ') || 'nothing, it never calls back'}`,
      );
    }
  }
}

function operationsOf(service: ServiceName, kind: FaultSwitch['kind']): readonly string[] {
  const { calls, callbacks } = OPERATIONS[service];
  if (ofCallbacks(kind)) return callbacks;
  return kind === 'declined' ? calls : [...calls, LOOK_UP];
}
