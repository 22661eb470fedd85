/** Fault switches in words. */
import type { FaultSwitch } from '../../../client/faults.js';
import { query } from '../../http/request.js';
import { duration } from '../../words/time.js';
import { count, inWords } from '../../words/words.js';

/** The API's path of one switch. */
export const pathOf = ({ service, operation, kind }: FaultSwitch): string =>
  `/api/faults${query({ service, operation, kind })}`;

/** `Payments, send payment` */
export function whereOf({ service, operation }: FaultSwitch): string {
  if (service === '*') return 'All services';
  return operation === undefined ? inWords(service) : `${inWords(service)}, ${inWords(operation).toLowerCase()}`;
}

/** `10 % of the time`, `the next 3 times` */
export function oftenOf({ rate, next = 0 }: FaultSwitch): string {
  if (rate !== undefined) return `${count(Math.round(rate * 1000) / 10)} % of the time`;
  if (next === 0) return 'no more';
  return next === 1 ? 'the next time' : `the next ${count(next)} times`;
}

/** How long it takes, of those that take time. */
export const takesOf = ({ ms }: FaultSwitch): string =>
  ms === undefined ? '–' : ms < 1_000 ? `${count(ms)} ms` : duration(ms);
