import { createServer, type Server } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { freePorts, isFree, portHolder, portPlan, reachable, requireFreePorts } from '../../scripts/lib/ports.mjs';

async function listen(port: number): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return server;
}

test('the default plan puts Temporal where its tools look for it', () => {
  expect(portPlan(7230)).toMatchObject({ gateway: 7230, temporal: 7233, workers: 7237 });
});

test('taken ports are refused in one message: what for, who holds them, what to do', async () => {
  const [first = 0, second = 0, third = 0] = await freePorts(3);
  await listen(first);
  await listen(third);
  const refusal = requireFreePorts({ gateway: first, services: second, Temporal: third }, 'Use --port-base 8000');
  await expect(refusal).rejects.toThrow(
    new RegExp(
      `^Ports are taken on 127\\.0\\.0\\.1:\\n` +
        `  ${first} \\(gateway\\) is held by process ${process.pid} \\(.*node.*\\)\\n` +
        `  ${third} \\(Temporal\\) is held by process ${process.pid} \\(.*\\)\\nUse --port-base 8000$`,
    ),
  );
  await expect(requireFreePorts({ services: second }, '')).resolves.toBeUndefined();
});

test('a listener on all addresses takes the port too', async () => {
  const [port = 0] = await freePorts(1);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, resolve));
  onTestFinished(() => void server.close());
  expect(await isFree(port)).toBe(false);
  expect(portHolder(port)).toContain(`process ${process.pid}`);
});

test('reachable tells a listener from an empty port', async () => {
  const [open = 0, empty = 0] = await freePorts(2);
  await listen(open);
  expect(await Promise.all([reachable(`127.0.0.1:${open}`), reachable(`127.0.0.1:${empty}`)])).toEqual([true, false]);
});
