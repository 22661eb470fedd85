/**
 * Who is signed in: a token in this tab's session storage, gone with the tab. It is renewed before it ends. Where that is refused, what is
 * open stays as it is until the same person has signed in again.
 */
import { isRefusal, RequestFailed } from '../http/problem.js';
import { renewed } from './renewal.js';
import type { SignedIn } from './signed-in.js';

const STORED_AS = 'throughline-session';

/** A token is renewed so long before its end, in milliseconds; one that holds for less than twice as long, at its half. */
const LEAD_MS = 60_000;

/** A timer may come early by so much, in milliseconds. */
const EARLY_MS = 10;

interface Stored extends SignedIn {
  /** ISO-8601; from then on another token is asked for. */
  readonly renewAt: string;
}

/** `ended`: it was one of somebody who may go on after signing in again. */
export type SessionState = 'out' | 'in' | 'ended';

type Listener = () => void;

class Session {
  private stored = read();
  private state: SessionState = this.stored ? 'in' : 'out';
  private reason: RequestFailed | undefined;
  /** Who the session belonged to that has ended. */
  private last: SignedIn | undefined;
  /** There will be no other token for the one that is stored. */
  private isLastToken = false;
  private renewal: Promise<void> | undefined;
  private timer: number | undefined;
  private readonly listeners = new Set<Listener>();

  constructor() {
    this.watch(this.stored?.renewAt);
  }

  /** Why nobody is signed in any more, for the page that asks to sign in again. */
  why(): RequestFailed | undefined {
    return this.reason;
  }

  /** Whose session it is, or was before it ended. */
  whose(): SignedIn | undefined {
    return this.stored ?? this.last;
  }

  /**
   * The token. Where the session has ended it waits for the next one.
   * @throws RequestFailed where nobody is signed in, and where the token has ended and its issuer does not answer
   */
  async token(): Promise<string> {
    if (this.stored && isPast(this.stored.renewAt)) {
      const renewal = this.renew();
      // One that still holds is used meanwhile, and the next request tries again.
      if (isPast(this.stored.expiresAt)) await renewal;
      else renewal.catch(() => undefined);
    }
    return this.stored ? this.stored.token : this.next();
  }

  /** Another token than this one, which the gateway has refused. @throws as {@link token} */
  async insteadOf(refused: string, why: RequestFailed): Promise<string> {
    if (this.stored?.token === refused) {
      const past = new Date(0).toISOString();
      this.stored = { ...this.stored, renewAt: past, expiresAt: past };
      this.reason = why;
    }
    return this.token();
  }

  /** Somebody has signed in, or has a new token. */
  begin(signedIn: SignedIn): void {
    this.stored = store(signedIn);
    this.isLastToken = false;
    this.reason = undefined;
    this.watch(this.stored.renewAt);
    this.become('in');
  }

  /** Signed in again after it had ended. To another person nothing of what is open is shown. */
  goOn(signedIn: SignedIn): void {
    if (signedIn.subject === this.last?.subject) return this.begin(signedIn);
    store(signedIn);
    window.location.reload();
  }

  /** The person leaves. @param why something that there is to say about it */
  end(why?: RequestFailed): void {
    this.forget();
    this.last = undefined;
    this.reason = why;
    this.become('out');
  }

  /** The token is no longer taken, and there is no other. */
  lapse(why = this.reason): void {
    if (!this.stored) return;
    this.last = this.stored;
    this.forget();
    this.reason = why;
    this.become('ended');
  }

  /** For `useSyncExternalStore`. */
  readonly subscribe = (listener: Listener): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** For `useSyncExternalStore`. */
  readonly snapshot = (): SessionState => this.state;

  /** One at a time. @throws RequestFailed where the issuer does not answer */
  private renew(): Promise<void> {
    this.renewal ??= this.renewNow().finally(() => (this.renewal = undefined));
    return this.renewal;
  }

  private async renewNow(): Promise<void> {
    const { stored } = this;
    if (!stored) return;
    if (!this.isLastToken) {
      try {
        const next = await renewed(stored);
        // Meanwhile the person may have left.
        if (this.stored?.subject === stored.subject) this.begin(next);
        return;
      } catch (error) {
        if (!isRefusal(error)) throw error;
        this.isLastToken = true;
        this.reason ??= error;
        this.watch(stored.expiresAt);
      }
    }
    if (isPast(this.stored?.expiresAt ?? stored.expiresAt)) this.lapse();
  }

  /** The token of the next sign-in. @throws RequestFailed once the person has left */
  private next(): Promise<string> {
    if (this.state !== 'ended') return Promise.reject(signedOut());
    return new Promise((resolve, reject) => {
      const deaf = this.subscribe(() => {
        if (this.state === 'ended') return;
        deaf();
        if (this.stored) resolve(this.stored.token);
        else reject(signedOut());
      });
    });
  }

  /** Looks at the token again at that moment, whether or not anything is asked for then. */
  private watch(at: string | undefined): void {
    window.clearTimeout(this.timer);
    if (at === undefined) return;
    const pause = Date.parse(at) - Date.now() + EARLY_MS;
    this.timer = window.setTimeout(() => void this.token().catch(() => undefined), pause);
  }

  private forget(): void {
    window.clearTimeout(this.timer);
    this.stored = undefined;
    window.sessionStorage.removeItem(STORED_AS);
  }

  private become(state: SessionState): void {
    this.state = state;
    for (const listener of [...this.listeners]) listener();
  }
}

const isPast = (at: string): boolean => Date.parse(at) <= Date.now();

const signedOut = (): RequestFailed =>
  new RequestFailed({ title: 'Signed out', status: 401, detail: 'Sign in to go on.' });

function store(signedIn: SignedIn): Stored {
  const end = Date.parse(signedIn.expiresAt);
  const lead = Math.min(LEAD_MS, Math.max(end - Date.now(), 0) / 2);
  const stored = { ...signedIn, renewAt: new Date(end - lead).toISOString() };
  window.sessionStorage.setItem(STORED_AS, JSON.stringify(stored));
  return stored;
}

function read(): Stored | undefined {
  try {
    const found = JSON.parse(window.sessionStorage.getItem(STORED_AS) ?? 'null') as Partial<Stored> | null;
    // One that an earlier version of this page has stored lacks some of it.
    return found?.token && found.expiresAt && found.renewAt && found.from ? (found as Stored) : undefined;
  } catch {
    return undefined;
  }
}

/** The session of this tab. */
export const session = new Session();
