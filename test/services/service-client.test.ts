/** What an activity makes of a service's answers. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { ServiceClient } from '../../activities/http.js';
import { QUIET } from './support.js';

let server: Server;
let url: string;
let respond: RequestListener;

beforeAll(async () => {
  server = createServer((request, response) => respond(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const environment = (startToCloseTimeoutMs = 5_000) =>
  new MockActivityEnvironment({ startToCloseTimeoutMs }, { logger: QUIET });
const call = (at = url, inside = environment()) =>
  inside.run(() =>
    new ServiceClient(at).post('payments', 'payments', 'key/1', { a: 1 }, z.object({ paymentId: z.string() })),
  );
const failure = async (status: number, body: string, headers: Record<string, string> = {}) => {
  respond = (_, response) => response.writeHead(status, headers).end(body);
  const caught: unknown = await call().catch((error: unknown) => error);
  expect(caught).toBeInstanceOf(ApplicationFailure);
  return caught as ApplicationFailure;
};
const problem = (type: string, detail = 'why') => JSON.stringify({ type: `urn:throughline:problem:${type}`, detail });

it('sends key and body and returns the agreed answer', async () => {
  const seen: unknown[] = [];
  respond = (request, response) => {
    request.on('data', (chunk: Buffer) =>
      seen.push(request.method, request.url, request.headers['idempotency-key'], chunk.toString()),
    );
    request.on('end', () => response.writeHead(202).end('{"paymentId":"P","more":true}'));
  };
  expect(await call()).toEqual({ paymentId: 'P' });
  expect(seen).toEqual(['POST', '/payments/payments', 'key/1', '{"a":1}']);
});

it('gives up on a refusal, by its name', async () => {
  expect(await failure(422, problem('PaymentExceedsApproval'))).toMatchObject({
    type: 'PaymentExceedsApproval',
    nonRetryable: true,
    message: 'the payments service refused with 422: why',
  });
  expect(await failure(403, '<html>')).toMatchObject({ type: 'ServiceRefused', nonRetryable: true });
});

it.each([
  [500, 'oops'],
  [503, problem('DatabaseUnavailable')],
  [408, ''],
  [429, ''],
  [409, problem('RequestInProgress')],
])('tries again after %i', async (status, body) => {
  const caught = await failure(status, body);
  expect(caught).toMatchObject({ type: 'ServiceUnavailable', nonRetryable: false });
  expect(caught.message).toMatch(new RegExp(`payments service answered ${status}`));
});

it('waits as long as Retry-After says', async () => {
  expect((await failure(503, '', { 'retry-after': '7' })).nextRetryDelay).toBe(7_000);
  const date = new Date(Date.now() + 60_000).toUTCString();
  const delay = Number((await failure(429, '', { 'retry-after': date })).nextRetryDelay);
  expect(delay).toBeGreaterThan(50_000);
  expect((await failure(503, '', { 'retry-after': 'soon' })).nextRetryDelay).toBeUndefined();
});

it('does not accept an answer that is not as agreed', async () => {
  const caught = await failure(200, '{"paymentId":5}');
  expect(caught).toMatchObject({ type: 'UnexpectedAnswer', nonRetryable: true });
  expect(caught.message).toMatch(/field paymentId/);
});

it('tries again where nobody answers, in time to say so', async () => {
  await expect(call('http://127.0.0.1:1')).rejects.toMatchObject({ type: 'ServiceUnavailable', nonRetryable: false });
  respond = () => undefined;
  await expect(call(url, environment(300))).rejects.toThrow(/did not answer within 270 ms/);
});

it('ends at once when the activity is cancelled', async () => {
  const inside = environment();
  respond = () => inside.cancel('CANCELLED');
  await expect(call(url, inside)).rejects.toBeInstanceOf(CancelledFailure);
});
