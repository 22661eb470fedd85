/** Who is signed in: a token in this tab's session storage, gone with the tab. */

const STORED_AS = 'throughline-session';

interface Stored {
  readonly token: string;
  /** ISO-8601; the token is not used after it. */
  readonly expiresAt: string;
}

type Listener = () => void;

class Session {
  private stored = read();
  private readonly listeners = new Set<Listener>();
  /** Why nobody is signed in any more, for the page that asks to sign in again. */
  private ended = false;

  /** The token, while it is valid. */
  token(): string | undefined {
    if (this.stored && Date.parse(this.stored.expiresAt) <= Date.now()) this.expired();
    return this.stored?.token;
  }

  /** Whether the session was ended by the gateway or by time, and not by the person. */
  hasExpired(): boolean {
    return this.ended;
  }

  begin(token: string, expiresAt: string): void {
    this.ended = false;
    this.keep({ token, expiresAt });
  }

  end(): void {
    this.ended = false;
    this.keep(undefined);
  }

  /** The token is no longer taken. */
  expired(): void {
    if (!this.stored) return;
    this.ended = true;
    this.keep(undefined);
  }

  /** For `useSyncExternalStore`. */
  readonly subscribe = (listener: Listener): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** For `useSyncExternalStore`: changes with the token alone. */
  readonly snapshot = (): string | undefined => this.stored?.token;

  private keep(stored: Stored | undefined): void {
    this.stored = stored;
    if (stored) window.sessionStorage.setItem(STORED_AS, JSON.stringify(stored));
    else window.sessionStorage.removeItem(STORED_AS);
    for (const listener of this.listeners) listener();
  }
}

function read(): Stored | undefined {
  try {
    const found = JSON.parse(window.sessionStorage.getItem(STORED_AS) ?? 'null') as Partial<Stored> | null;
    if (typeof found?.token !== 'string' || typeof found.expiresAt !== 'string') return undefined;
    return { token: found.token, expiresAt: found.expiresAt };
  } catch {
    return undefined;
  }
}

/** The session of this tab. */
export const session = new Session();
