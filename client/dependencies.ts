/** The services that entities depend on, for operators: pause, resume, see who waits. */
import type { Actor } from '../workflows/lifecycle/entry.js';
import type { GatewayClient } from './gateway.js';

/** A dependency and its gate. What follows `status` is absent while nobody and nothing has ever changed it. */
export interface DependencyView {
  /** The service's name: `payments`. */
  readonly name: string;
  /** `up`: calls are made; `paused`: by an operator; `failing`: by itself, after repeated failures, until a probe is answered. */
  readonly status: 'up' | 'paused' | 'failing';
  readonly since?: string;
  /** Why, as a code. */
  readonly reason?: string;
  /** Reference into the notes of the subject store. */
  readonly note?: string;
  readonly actor?: Actor;
  /** With `failing`: what failed last. */
  readonly lastFailure?: { readonly type: string; readonly message: string };
  /** Entities that wait for it. */
  readonly deferred: number;
}

/** The answer to a pause or a resume. */
export interface DependencyChanged {
  /** False: it was so already, and stays as it was, with its own reason. */
  readonly changed: boolean;
  readonly dependency: DependencyView;
}

/** Why somebody pauses or resumes, and who. */
export interface DependencyChange {
  /** A code: `maintenance`. */
  readonly reason: string;
  /** Reference into the notes of the subject store. */
  readonly note?: string;
  /** Default: the client's actor. */
  readonly actor?: Actor;
}

/** Reads and changes the gates of dependencies through the gateway. */
export class DependenciesClient {
  constructor(
    private readonly gateway: GatewayClient,
    private readonly actor: Actor,
  ) {}

  /** All of them, each with how many entities wait for it. */
  async list(): Promise<readonly DependencyView[]> {
    const { items } = await this.gateway.request<{ items: DependencyView[] }>('GET', '/api/dependencies');
    return items;
  }

  /**
   * Stops calls to it within a second or two: entities that need it wait, and say so, until it is resumed.
   * @throws GatewayRefused `UnknownDependency`; InvalidMessage
   */
  pause(name: string, change: DependencyChange): Promise<DependencyChanged> {
    return this.change(name, 'pause', change);
  }

  /** Lets calls be made again; the entities that wait go on within seconds. @throws as {@link pause} */
  resume(name: string, change: DependencyChange): Promise<DependencyChanged> {
    return this.change(name, 'resume', change);
  }

  private change(name: string, action: 'pause' | 'resume', change: DependencyChange): Promise<DependencyChanged> {
    const path = `/api/dependencies/${encodeURIComponent(name)}/${action}`;
    return this.gateway.request('POST', path, { body: { actor: this.actor, ...change } });
  }
}
