/** Declared catastrophes, for operators: declare, list, look at the board, find the claims that came before, close. */
import type { Actor } from '../workflows/lifecycle/entry.js';
import type { GatewayClient } from './gateway.js';
import type { AmountsView } from './views.js';

/** What somebody declares. */
export interface CatastropheDeclaration {
  /** The key, a code: `SANDY-2012`. */
  readonly code: string;
  /** What its claims bear: `Hurricane Sandy`. */
  readonly name: string;
  /** First and last date of loss, `YYYY-MM-DD`. */
  readonly from: string;
  readonly to: string;
  /** Two-letter codes; at least one. */
  readonly states: readonly string[];
  /** ZIP codes, or beginnings of them with a star (`116*`), that narrow the states down. Default: all of each state. */
  readonly zips?: readonly string[];
  /** Number of the bulletin that declares it. */
  readonly bulletin: string;
  /** Claims started per second, at most; null: as they come. Default: what the gateway is set to, else null. */
  readonly rate?: number | null;
}

/** A declared catastrophe. */
export interface CatastropheView extends Required<CatastropheDeclaration> {
  readonly declaredBy: Actor;
  readonly declaredAt: string;
  /** Absent while it is open. */
  readonly closedBy?: Actor;
  readonly closedAt?: string;
}

/** The answer to a declaration or a closing. */
export interface CatastropheChanged {
  /** False: it was so already. */
  readonly changed: boolean;
  readonly catastrophe: CatastropheView;
}

/** Claims by how far they are. */
export interface CatastropheCounts {
  readonly received: number;
  /** Somebody has found out what is damaged. */
  readonly inspected: number;
  /** Closed, and all or some of it was paid. */
  readonly paid: number;
  /** Not closed. */
  readonly open: number;
}

/** How a catastrophe stands, from the records. Those in line have been received and are open. */
export interface CatastropheBoard extends CatastropheCounts {
  readonly catastrophe: CatastropheView;
  readonly asOf: string;
  readonly line: {
    readonly waiting: number;
    /** Since when the first in line has waited, and when the last will have its turn; absent where nobody waits. */
    readonly since?: string;
    readonly lastAt?: string;
    /** Had their turn, and are not on record yet. */
    readonly starting: number;
    /** Never to be started: their key was used for other content meanwhile. */
    readonly refused: number;
  };
  readonly openOver30Days: number;
  /** Closed without payment, the largest group first. */
  readonly unpaid: readonly { readonly outcome: string; readonly reasons: readonly string[]; readonly count: number }[];
  readonly amounts: readonly AmountsView[];
  /** At most 200 of each, those with the most open claims first. */
  readonly byZip: readonly (CatastropheCounts & { readonly zip: string })[];
  readonly byAdjuster: readonly (CatastropheCounts & { readonly adjuster: string })[];
}

/** Claims on record that a catastrophe met before it was declared. */
export interface AttachableView {
  /** Open ones, which can be attached. */
  readonly count: number;
  /** Closed ones, which stay as they are. */
  readonly closed: number;
  readonly amounts: readonly AmountsView[];
}

/** A claim that can be attached. */
export interface AttachableClaim {
  readonly lifecycle: string;
  readonly id: string;
}

/** Reads and changes the declared catastrophes through the gateway. */
export class CatastrophesClient {
  constructor(
    private readonly gateway: GatewayClient,
    private readonly actor: Actor,
  ) {}

  /**
   * Puts a catastrophe on record; from now on new claims that it met bear its name. The same declaration again changes nothing.
   * @throws InvalidMessage; GatewayRefused `CatastropheDeclared` where code or name stand for another one
   */
  declare(declaration: CatastropheDeclaration, actor = this.actor): Promise<CatastropheChanged> {
    return this.change('/api/catastrophes', { ...declaration, actor });
  }

  /** In the order of their declaration. */
  async list(which: { readonly open?: boolean } = {}): Promise<readonly CatastropheView[]> {
    const query = which.open === true ? '?open=true' : '';
    const { items } = await this.gateway.request<{ items: CatastropheView[] }>('GET', `/api/catastrophes${query}`);
    return items;
  }

  /** The board. @throws GatewayRefused `UnknownCatastrophe` */
  board(code: string): Promise<CatastropheBoard> {
    return this.gateway.request('GET', pathOf(code));
  }

  /** How many earlier claims it met, and what they amount to. @throws GatewayRefused `UnknownCatastrophe` */
  attachable(code: string): Promise<AttachableView> {
    return this.gateway.request('GET', `${pathOf(code)}/attachable`);
  }

  /** The open ones of them, page by page. @throws GatewayRefused `UnknownCatastrophe` */
  attachableClaims(code: string, pageSize = 500): AsyncGenerator<AttachableClaim, void, void> {
    return this.gateway.items(`${pathOf(code)}/attachable/claims`, {}, pageSize);
  }

  /**
   * Closes it: new claims do not tie to it any more.
   * @throws GatewayRefused `UnknownCatastrophe`, or `CatastropheOpen` with the number of claims that are not closed
   */
  close(code: string, actor = this.actor): Promise<CatastropheChanged> {
    return this.change(`${pathOf(code)}/close`, { actor });
  }

  private async change(path: string, body: object): Promise<CatastropheChanged> {
    const changed = await this.gateway.request<CatastropheChanged>('POST', path, { body });
    this.gateway.catastrophes.forget();
    return changed;
  }
}

const pathOf = (code: string): string => `/api/catastrophes/${encodeURIComponent(code)}`;
