/** The composition's services as processes of this machine, each with the environment that the file gives it; names of hosts become ports. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { eventually } from '../support/eventually.js';
import { environmentOf, ownServices, type Service } from './compose.js';

const READY_MS = 10 * 60_000;

/** How a process ended, and how long after it was told to, in milliseconds. */
export interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly tookMs: number;
}

/** A service that runs. */
export class Container {
  out = '';
  private readonly exit: Promise<[code: number | null, signal: NodeJS.Signals | null]>;

  constructor(
    readonly name: string,
    readonly url: string,
    private readonly child: ChildProcess,
  ) {
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (this.out += String(text)));
    this.exit = once(child, 'close') as typeof this.exit;
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** @throws Error with its output where it ends before */
  async ready(): Promise<void> {
    const ended = this.exit.then(() => Promise.reject(new Error(`${this.name} has ended: ${this.out}`)));
    const answers = eventually(async () => (await fetch(`${this.url}/readyz`)).ok, Boolean, READY_MS);
    await Promise.race([answers, ended]);
  }

  async end(signal?: NodeJS.Signals): Promise<End> {
    const from = performance.now();
    if (signal) this.child.kill(signal);
    const [code, by] = await this.exit;
    return { code, signal: by, tookMs: performance.now() - from };
  }

  /** Its last line of log. */
  get lastWord(): { readonly level?: number; readonly msg?: string } {
    return JSON.parse(this.out.trim().split('\n').at(-1) ?? '{}') as { level?: number; msg?: string };
  }
}

export interface Surroundings {
  /** The folder of the image. */
  readonly image: string;
  /** What `.env` would say. */
  readonly given: Readonly<Record<string, string>>;
  /** Where services are that are not ours, by the host and port that the composition names: `nats:4222` → `127.0.0.1:24001`. */
  readonly elsewhere: Readonly<Record<string, string>>;
  /** The first of as many ports as there are services of ours. */
  readonly firstPort: number;
}

/** All of them. */
export class Containers {
  private readonly services = new Map<string, Service>(ownServices());
  private readonly running = new Map<string, Container>();
  private readonly ports: ReadonlyMap<string, number>;

  constructor(private readonly around: Surroundings) {
    this.ports = new Map([...this.services.keys()].map((name, i) => [name, around.firstPort + i]));
  }

  /** All but those that end when they have done their work. */
  get lasting(): string[] {
    return [...this.services].filter(([, { healthcheck }]) => !healthcheck?.disable).map(([name]) => name);
  }

  /** @param more of the environment than the composition says @param node options of Node's */
  start(name: string, more: Readonly<Record<string, string>> = {}, node: readonly string[] = []): Container {
    const [, ...command] = this.service(name).command ?? [];
    const port = this.ports.get(name) ?? 0;
    const env = { ...this.environment(name), ...more, HOST: '127.0.0.1', PORT: String(port) };
    const child = spawn(process.execPath, [...node, ...command], { cwd: this.around.image, env });
    const container = new Container(name, `http://127.0.0.1:${port}`, child);
    this.running.set(name, container);
    return container;
  }

  get(name: string): Container {
    const found = this.running.get(name);
    if (!found) throw new Error(`${name} does not run`);
    return found;
  }

  /** Within a service: `docker compose exec -e … <name> <args>`. @returns what it printed @throws Error unless it ends with 0 */
  async exec(name: string, more: Readonly<Record<string, string>>, args: readonly string[]): Promise<string> {
    const given = Object.fromEntries(Object.entries(more).map(([key, text]) => [key, this.here(text)]));
    const child = spawn(process.execPath, args, {
      cwd: this.around.image,
      env: { ...this.environment(name), ...given },
    });
    const command = new Container(`${name}: ${args.join(' ')}`, '', child);
    const { code } = await command.end();
    if (code !== 0) throw new Error(`${command.name} ended with ${code}: ${command.out}`);
    return command.out;
  }

  /** As `docker compose down` does. */
  async down(): Promise<Map<string, End>> {
    const running = [...this.running].filter(([, container]) => !container.hasEnded);
    return new Map(
      await Promise.all(running.map(async ([name, container]) => [name, await container.end('SIGTERM')] as const)),
    );
  }

  private environment(name: string): NodeJS.ProcessEnv {
    const { PATH } = process.env;
    const said = Object.entries(environmentOf(this.service(name), this.around.given));
    return { PATH, ...Object.fromEntries(said.map(([key, text]) => [key, this.here(text)])) };
  }

  /** A text of the composition with this machine's ports in the place of its hosts. */
  private here(text: string): string {
    const ours = [...this.services].map(([name, { environment = {} }]) => [
      `${name}:${environment['PORT']}`,
      `127.0.0.1:${this.ports.get(name)}`,
    ]);
    return [...Object.entries(this.around.elsewhere), ...(ours as [string, string][])].reduce(
      (changed, [there, here]) => changed.replace(there, here),
      text,
    );
  }

  private service(name: string): Service {
    const found = this.services.get(name);
    if (!found) throw new Error(`the composition has no service ${name}`);
    return found;
  }
}
