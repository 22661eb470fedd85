/** What the service tests share: the real services on a database of their own, and a gateway that only listens. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Test } from '@nestjs/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import pg from 'pg';
import { ActivitiesModule } from '../../activities/activities.module.js';
import { ServiceClient } from '../../activities/http.js';
import { verifyWebhook } from '../../events/webhook.js';
import { startServices } from '../../services/app.js';
import { configFromEnvironment, type ServicesConfig } from '../../services/config.js';
import { createDatabase, type TestDatabase } from '../support/database.js';

export const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

/** For activities whose failure is what a test wants. */
export const QUIET = new DefaultLogger('ERROR');

/** A callback as the gateway got it, its signature verified. */
export interface Received {
  readonly service: string;
  readonly event: {
    id: string;
    source: string;
    type: string;
    subject: string;
    time: string;
    data: Record<string, unknown>;
  };
  readonly contentType: string | undefined;
  readonly atMs: number;
}

/** A gateway that verifies, notes and answers callbacks as it is told. */
export class ListeningGateway {
  readonly received: Received[] = [];
  /** Callbacks whose signature did not hold. */
  readonly forged: unknown[] = [];
  /** Status for the n-th callback (from 1) of this gateway. */
  answer: (n: number, callback: Received) => number = () => 202;
  #server: Server | undefined;

  async listen(port = 0): Promise<string> {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks);
        try {
          verifyWebhook(SECRET, request.headers, body, Date.now());
        } catch (error) {
          this.forged.push(error);
        }
        const callback: Received = {
          service: request.url?.replace('/callbacks/', '') ?? '',
          event: JSON.parse(body.toString()) as Received['event'],
          contentType: request.headers['content-type'],
          atMs: Date.now(),
        };
        this.received.push(callback);
        response.writeHead(this.answer(this.received.length, callback)).end();
      });
    });
    await new Promise<void>((resolve, reject) =>
      this.#server?.once('error', reject).listen(port, '127.0.0.1', resolve),
    );
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Callbacks to an entity, oldest first. */
  to(reference: string): Received[] {
    return this.received.filter((callback) => callback.event.subject === reference);
  }

  async close(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise((resolve) => (this.#server ? this.#server.close(resolve) : resolve(undefined)));
  }
}

/** A JSON body: an answer's fields, or a problem's. */
export interface AnswerBody {
  readonly type?: string;
  readonly detail?: string;
  readonly issues?: unknown[];
  readonly [field: string]: unknown;
}

/** Real services on a fresh database, calling back to a {@link ListeningGateway}. */
export class Stage {
  readonly gateway = new ListeningGateway();
  database!: TestDatabase;
  sql!: pg.Pool;
  config!: ServicesConfig;
  url!: string;
  #services: NestFastifyApplication | undefined;

  static async set(environment: NodeJS.ProcessEnv = {}): Promise<Stage> {
    process.env['LOG_LEVEL'] ??= 'silent';
    const stage = new Stage();
    stage.database = await createDatabase();
    stage.sql = new pg.Pool({ connectionString: stage.database.url, max: 2 });
    stage.sql.on('error', () => undefined);
    stage.config = configFromEnvironment({
      DATABASE_URL: stage.database.url,
      PORT: '0',
      THROUGHLINE_GATEWAY_URL: await stage.gateway.listen(),
      THROUGHLINE_CALLBACK_SECRET: SECRET,
      THROUGHLINE_SEED: '1',
      ...environment,
    });
    await stage.start();
    return stage;
  }

  async start(config: Partial<ServicesConfig> = {}): Promise<void> {
    this.#services = await startServices({ ...this.config, ...config });
    this.url = await this.#services.getUrl();
  }

  async stop(): Promise<void> {
    await this.#services?.close();
    this.#services = undefined;
  }

  async strike(): Promise<void> {
    await this.stop();
    await this.gateway.close();
    await this.sql.end();
    await this.database.drop();
  }

  /** A call as it stands, with its Idempotency-Key where one is given. */
  async call(
    method: string,
    path: string,
    body?: unknown,
    key?: string,
  ): Promise<{ status: number; body: AnswerBody; type: string }> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...(key !== undefined && { 'idempotency-key': key }) },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const type = response.headers.get('content-type')?.split(';')[0] ?? '';
    return { status: response.status, body: (await response.json()) as AnswerBody, type };
  }

  /** A provider of the services. */
  service<T>(type: new (...args: never[]) => T): T {
    if (!this.#services) throw new Error('the services are not started');
    return this.#services.get(type);
  }

  async seed(rows: object): Promise<void> {
    const { status, body } = await this.call('PUT', '/seed', rows);
    if (status !== 200) throw new Error(`seed refused: ${JSON.stringify(body)}`);
  }

  async count(table: string, where = 'true'): Promise<number> {
    const { rows } = await this.sql.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table} WHERE ${where}`);
    return rows[0]?.n ?? -1;
  }
}

/** The activity providers, injected as the workers have them, calling `url`; `run` gives them an activity's context. */
export async function activitiesOf(url: string) {
  const module = await Test.createTestingModule({ imports: [ActivitiesModule] })
    .overrideProvider(ServiceClient)
    .useValue(new ServiceClient(url))
    .compile();
  return {
    module,
    /** Runs one method of a provider as an activity. */
    async run<P extends object, I, O>(
      provider: new (...args: never[]) => P,
      method: (provider: P) => (input: I) => Promise<O>,
      input: I,
    ): Promise<O> {
      const instance = module.get<P>(provider);
      const environment = new MockActivityEnvironment({ startToCloseTimeoutMs: 10_000 }, { logger: QUIET });
      return environment.run((given: I) => method(instance).call(instance, given), input);
    },
  };
}

/** US dollars. */
export const usd = (dollars: number) => ({ minor: Math.round(dollars * 100), currency: 'USD' as const });
