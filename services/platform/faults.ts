/**
 * Fault switches: what goes wrong on purpose, so that those who call can be shown to be right when it does by accident. They live
 * in the process alone: whatever is forgotten ends with it.
 */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { FAULT_MS, type FaultKind, type FaultSwitch, type FaultsView } from '../../events/faults.js';
import type { ServiceName } from '../config.js';
import type { Callback, Fate } from './callback.js';
import { AnswerLost } from './answer-lost.js';
import { Problem } from './problem.js';

/** Calls whose number of attempts is remembered; beyond it the oldest begin anew. */
const MOST_REMEMBERED = 100_000;

/** What a switch is asked about. */
interface Subject {
  readonly service: ServiceName;
  readonly operation: string;
  /** What tells this one from others: an Idempotency-Key, or an entity. */
  readonly id: string;
}

/** A switch that struck. */
interface Struck {
  /** Milliseconds that it takes. */
  readonly ms: number;
}

/** The switches of this process. */
@Injectable()
export class FaultSwitches {
  readonly #switches = new Map<string, FaultSwitch & { struck: number }>();
  /** How often a switch was asked about the same subject. */
  readonly #asked = new Map<string, number>();
  #seed = 1;

  /** Whether there is any: without one, nothing here costs anything. */
  get any(): boolean {
    return this.#switches.size > 0;
  }

  /** The switches and how often each struck, by service, operation and kind. */
  view(): FaultsView {
    const inOrder = [...this.#switches].sort(([a], [b]) => (a < b ? -1 : 1));
    return { seed: this.#seed, faults: inOrder.map(([, one]) => ({ ...one })) };
  }

  /** Sets switches; each replaces the one of the same service, operation and kind. */
  set(switches: readonly FaultSwitch[], seed?: number): void {
    if (seed !== undefined) {
      this.#seed = seed;
      this.#asked.clear();
    }
    for (const one of switches) this.#switches.set(nameOf(one), { ...one, struck: 0 });
  }

  /** Takes away the switches that fit; without anything named, all. */
  clear({ service, operation, kind }: Partial<Pick<FaultSwitch, 'service' | 'operation' | 'kind'>>): void {
    for (const [name, one] of this.#switches) {
      const fits =
        (service === undefined || one.service === service) &&
        (operation === undefined || one.operation === operation) &&
        (kind === undefined || one.kind === kind);
      if (fits) this.#switches.delete(name);
    }
    if (!this.any) this.#asked.clear();
  }

  /**
   * Runs a call between the faults that come before and after its effect.
   * @throws Problem 503 `FaultInjected` before the effect, AnswerLost after it; whatever `run` throws
   */
  async around<T>(subject: Subject, run: () => Promise<T>): Promise<T> {
    if (!this.any) return run();
    const latency = this.strikes('latency', subject);
    if (latency) await sleep(latency.ms);
    if (this.strikes('unavailable', subject)) {
      throw new Problem(
        503,
        'FaultInjected',
        `${subject.service} is unavailable: a fault switch has it so for ${subject.operation}; ` +
          'send the same call again, or clear the switch with DELETE /faults',
      );
    }
    const result = await run();
    if (this.strikes('answerLost', subject)) throw new AnswerLost();
    return result;
  }

  /** Callbacks with what befalls each. */
  fated(service: ServiceName, callbacks: readonly Callback[]): readonly Callback[] {
    if (!this.any) return callbacks;
    return callbacks.map((callback) => {
      const fate = this.#fateOf({ service, operation: eventName(callback.type), id: callback.subject });
      return fate ? { ...callback, fate } : callback;
    });
  }

  #fateOf(subject: Subject): Fate | undefined {
    if (this.strikes('callbackLost', subject)) return { lost: true };
    const late = this.strikes('callbackLate', subject);
    const behind = this.strikes('callbackOutOfOrder', subject);
    const twice = this.strikes('callbackDuplicated', subject);
    if (!late && !behind && !twice) return undefined;
    return {
      ...((late ?? behind) && { delayMs: Math.max(late?.ms ?? 0, behind?.ms ?? 0) }),
      // One that is late anyway waits for no other.
      ...(behind && !late && { behindNext: true }),
      ...(twice && { twice: true }),
    };
  }

  /**
   * Whether something goes wrong this time.
   * @param switches which ones count: `own`, the operation's; `all`, those of its service and of all services, too
   */
  strikes(kind: FaultKind, subject: Subject, switches: 'own' | 'all' = 'all'): Struck | undefined {
    const { service, operation } = subject;
    const own = this.#switches.get(nameOf({ service, operation, kind }));
    const wider = this.#switches.get(nameOf({ service, kind })) ?? this.#switches.get(nameOf({ service: '*', kind }));
    const one = own ?? (switches === 'all' ? wider : undefined);
    if (!one || !this.#falls(one, subject)) return undefined;
    one.struck++;
    return { ms: one.ms ?? FAULT_MS[kind] ?? 0 };
  }

  #falls(one: FaultSwitch, { service, operation, id }: Subject): boolean {
    if (one.next !== undefined) return one.next > 0 && one.next-- > 0;
    const about = `${one.kind}/${service}/${operation}/${id}`;
    const nth = this.#count(about);
    return chance(`${this.#seed}/${about}/${nth}`) < (one.rate ?? 0);
  }

  /** Which time this is, so that a repeat of a call is another throw of the dice. */
  #count(about: string): number {
    const nth = (this.#asked.get(about) ?? 0) + 1;
    this.#asked.delete(about);
    this.#asked.set(about, nth);
    if (this.#asked.size > MOST_REMEMBERED) {
      const [oldest] = this.#asked.keys();
      if (oldest !== undefined) this.#asked.delete(oldest);
    }
    return nth;
  }
}

const nameOf = ({ service, operation = '*', kind }: Pick<FaultSwitch, 'service' | 'operation' | 'kind'>): string =>
  `${service}/${operation}/${kind}`;

/** `com.throughline.shipping.delivered.v1` → `delivered`. */
const eventName = (type: string): string => type.split('.').at(-2) ?? type;

/** From 0 to below 1, always the same of the same text: dice that calls at the same time cannot disturb. */
function chance(text: string): number {
  return createHash('sha256').update(text).digest().readUIntBE(0, 6) / 2 ** 48;
}
