/** Who may send which message: the rules as data, and the one person that a message is from. */
import type { Role } from '../../client/roles.js';
import type { Actor } from '../../workflows/lifecycle/entry.js';
import type { Lifecycle } from '../../workflows/lifecycle/definition.js';
import { isKernelMessage, type KernelMessages } from '../../workflows/lifecycle/kernel-messages.js';
import type { Asker } from '../asker.js';
import { Problem } from '../problem.js';
import { lacking } from './guard.js';

/** Who works on reviews, and who has the authority over clocks, holds and what was decided. */
const KERNEL: Readonly<Record<keyof KernelMessages, readonly Role[]>> = {
  assignReview: ['operator'],
  releaseReview: ['operator'],
  parkReview: ['operator'],
  noteReview: ['operator'],
  resolveReview: ['operator'],
  approveReview: ['operator'],
  declineReview: ['operator'],
  correctDecision: ['supervisor'],
  moveClock: ['supervisor'],
  pauseClock: ['supervisor'],
  resumeClock: ['supervisor'],
  placeHold: ['supervisor'],
  releaseHold: ['supervisor'],
  // The fleet sends it by itself when a gate opens.
  dependencyResumed: ['admin'],
};

/** What people enter who have somebody at the telephone, or a letter in their hands. */
const BY_PEOPLE: readonly Role[] = ['operator', 'service'];
/** What other systems report. */
const BY_SYSTEMS: readonly Role[] = ['service'];

/** Facts without an answer that people may enter all the same, by lifecycle. */
const ENTERED_BY_HAND: Readonly<Record<string, readonly string[]>> = {
  claim: ['documentReceived'],
  ticket: ['customerReplied', 'thirdPartyReplied'],
};

/**
 * The roles of which a sender needs one. A message of a lifecycle's own that is answered is for people and for systems in their
 * name; one that is only taken in is a fact that a system reports.
 */
export function sendersOf(
  { name: lifecycle, messages }: Pick<Lifecycle, 'name' | 'messages'>,
  name: string,
): readonly Role[] {
  if (isKernelMessage(name)) return KERNEL[name];
  const byHand = messages[name]?.kind === 'update' || ENTERED_BY_HAND[lifecycle]?.includes(name);
  return byHand ? BY_PEOPLE : BY_SYSTEMS;
}

/** @throws Problem 403 `Forbidden` where the asker may not send it, or may not give work to others */
export function maySend(asker: Asker, table: Pick<Lifecycle, 'name' | 'messages'>, name: string, data: unknown): void {
  const { name: lifecycle } = table;
  const needed = sendersOf(table, name);
  if (!needed.some((role) => asker.may(role, lifecycle))) throw lacking(asker, needed, `${lifecycle}, to send ${name}`);
  const { assignee } = (data ?? {}) as { readonly assignee?: unknown };
  if (name === 'assignReview' && assignee !== asker.id && !asker.may('supervisor', lifecycle)) {
    throw lacking(asker, ['supervisor'], `${lifecycle}, to give a task to somebody else`);
  }
}

/** Who acts, as a caller may say it. */
export type GivenActor = Omit<Actor, 'authenticated'>;

/**
 * The person or system that a message is from: the token's. A system with the role `service` vouches for its own people and names
 * them; everybody else names nobody but themselves.
 * @throws Problem 403 `ForeignActor`
 */
export function actorOf(asker: Asker, given: GivenActor | undefined, lifecycle?: string): Actor {
  if (!given) return asker.actor;
  if (asker.may('service', lifecycle)) return { ...given, authenticated: 'token' };
  if (given.id !== asker.id) {
    throw new Problem(
      403,
      'ForeignActor',
      `actor.id is ${JSON.stringify(given.id.slice(0, 64))} and the token is of ${asker.id}: leave the actor out, or have a system ` +
        'with the role service send it, which may name its own people',
    );
  }
  return { ...asker.actor, ...(given.onBehalfOf !== undefined && { onBehalfOf: given.onBehalfOf }) };
}

/** Where a message comes from when its sender does not say it. */
export const sourceOf = ({ kind, id }: Asker): string =>
  `/${kind === 'staff' ? 'people' : 'services'}/${encodeURIComponent(id)}`;
