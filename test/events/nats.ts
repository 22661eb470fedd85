/** A real nats-server with a store of its own, that can be killed and started again. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { natsServer, resolveNatsServer } from '../../scripts/lib/nats-server.mjs';
import { freePorts } from '../../scripts/lib/ports.mjs';
import { Progress } from '../../scripts/lib/progress.mjs';
import { Program } from '../chaos/program.js';
import { eventually } from '../support/eventually.js';

export interface Nats {
  readonly url: string;
  /** Ends it without a word and starts it again on the same store. @param absent done while it is away */
  restart(absent?: () => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

export async function startNats(): Promise<Nats> {
  const executable = await new Progress(process.stderr).step('nats-server', resolveNatsServer);
  const [port = 0] = await freePorts(1);
  const folder = mkdtempSync(path.join(tmpdir(), `throughline-nats-${process.pid}-`));
  const spec = natsServer({ executable, port, folder });
  let program = new Program(spec);
  const ready = () => eventually(() => spec.ready(program.pid));
  await ready();
  return {
    url: `nats://127.0.0.1:${port}`,
    async restart(absent = async () => undefined) {
      await program.end('SIGKILL');
      await absent();
      program = new Program(spec);
      await ready();
    },
    async stop() {
      await program.end('SIGKILL');
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
