/** What is set up for a customer: an account, and products on it, one after the other; each is undone by the key of its call. */
import { proxyActivities } from '@temporalio/workflow';
import { ACCOUNTS_TASK_QUEUE, type AccountsActivities } from '../../activities/accounts/contract.js';
import { serviceCalls } from '../lifecycle/calls.js';
import type { Patch } from '../lifecycle/entry.js';
import { isRefusal, refusalOf } from '../lifecycle/refusals.js';
import type { Move } from '../lifecycle/spec.js';
import { ACCOUNT, all, areCurrent, productPart, type Onboarding, type Provision } from './facts.js';
import type { OnboardingState } from './states.js';

type Next = Promise<Move<OnboardingState>>;

const accounts = proxyActivities<AccountsActivities>(serviceCalls(ACCOUNTS_TASK_QUEUE));

/** Sets up what is not there yet. With anything refused it is a person's whether the rest is kept. */
export async function provision(onboarding: Onboarding): Next {
  const wanted = [ACCOUNT, ...onboarding.facts.content.products.map(productPart)];
  for (const part of wanted) {
    const { id, refused } = provisionOf(onboarding, part) ?? {};
    if (id !== undefined || refused !== undefined) continue;
    if (accountOf(onboarding)?.refused !== undefined) break;
    // The call before this one may have taken days.
    if (!areCurrent(onboarding)) return { to: 'PendingIdentityVerification', reason: { code: 'checksExpired' } };
    await setUp(onboarding, part); // yields
  }
  const refused = refusedParts(onboarding);
  return refused.length > 0
    ? { to: 'ProvisioningReview', reason: { code: 'refused', reference: refused.join(',') } }
    : { to: 'Completed', patch: kept(onboarding) };
}

/** The undo is on record before anybody knows whether the call took effect. Repeated under its key, the call does not take effect twice. */
async function setUp(onboarding: Onboarding, part: string): Promise<void> {
  const current = provisionOf(onboarding, part) ?? begin(onboarding, part);
  try {
    const answer = await call(onboarding, part, current.key); // yields
    onboarding.learn(answered(onboarding, part, current, answer));
  } catch (err) {
    // The next try is another call.
    if (isRefusal(err) && refusalOf(err) !== undefined)
      onboarding.learn(withProvision(onboarding, part, { ...current, over: true }));
    throw err;
  }
}

function begin(onboarding: Onboarding, part: string): Provision {
  const ordinal = (onboarding.facts.provisions?.[part]?.ordinal ?? 0) + 1;
  const key = onboarding.key(part, ordinal);
  const undo = part === ACCOUNT ? 'closeAccount' : 'withdrawProduct';
  onboarding.learn({
    ...onboarding.compensation(part, undo, { key, part }),
    ...withProvision(onboarding, part, { ordinal, key }),
    parts: all([part], 'Requested', onboarding.now()),
  });
  return { ordinal, key };
}

type Answer =
  { readonly outcome: 'done'; readonly id: string } | { readonly outcome: 'refused'; readonly code: string };

async function call(onboarding: Onboarding, part: string, key: string): Promise<Answer> {
  const applicantId = onboarding.id;
  if (part === ACCOUNT) {
    const { profileRef } = onboarding.facts.content;
    const answer = await accounts.openAccount({ key, applicantId, profileRef }); // yields
    return answer.outcome === 'refused' ? answer : { outcome: 'done', id: answer.accountId };
  }
  const accountId = accountOf(onboarding)?.id ?? '';
  const product = part.slice(productPart('').length);
  const answer = await accounts.provisionProduct({ key, applicantId, accountId, product }); // yields
  return answer.outcome === 'refused' ? answer : { outcome: 'done', id: answer.productId };
}

function answered(onboarding: Onboarding, part: string, { ordinal, key }: Provision, answer: Answer): Patch {
  const since = onboarding.now();
  if (answer.outcome === 'done') {
    return {
      ...withProvision(onboarding, part, { ordinal, key, id: answer.id }),
      parts: all([part], part === ACCOUNT ? 'Opened' : 'Provisioned', since),
    };
  }
  return {
    ...withProvision(onboarding, part, { ordinal, key, refused: answer.code }),
    parts: { [part]: { state: 'Refused', since, reason: answer.code } },
    // Nothing was set up, so there is nothing to take back.
    compensations: { [part]: null },
  };
}

// ---- taking it back -----------------------------------------------------------------------------------------------------------------

/** How the account is undone. */
export async function closeAccount(onboarding: Onboarding, given: Readonly<Record<string, unknown>>): Promise<void> {
  const { key, part } = named(given);
  await accounts.closeAccount({ key: undoKey(key), applicantId: onboarding.id, accountKey: key }); // yields
  onboarding.learn(gone(onboarding, [part]));
}

/** How a product is undone. */
export async function withdrawProduct(onboarding: Onboarding, given: Readonly<Record<string, unknown>>): Promise<void> {
  const { key, part } = named(given);
  await accounts.withdrawProduct({ key: undoKey(key), applicantId: onboarding.id, productKey: key }); // yields
  onboarding.learn(gone(onboarding, [part]));
}

const named = ({ key, part }: Readonly<Record<string, unknown>>) => ({ key: String(key), part: String(part) });
const undoKey = (key: string): string => `${key}/undo`;

/** A patch that says that these were taken back. */
export function gone(onboarding: Onboarding, parts: readonly string[]): Patch {
  const { provisions = {} } = onboarding.facts;
  const over = parts.flatMap((part) =>
    provisions[part] ? [[part, { ...provisions[part], over: true }] as const] : [],
  );
  const since = onboarding.now();
  return {
    facts: { provisions: { ...provisions, ...Object.fromEntries(over) } },
    parts: {
      ...all(
        parts.filter((part) => part !== ACCOUNT),
        'Withdrawn',
        since,
      ),
      ...(parts.includes(ACCOUNT) && all([ACCOUNT], 'Closed', since)),
    },
  };
}

/** It goes through: nothing of it is taken back any more. */
const kept = ({ state: { compensations = {} } }: Onboarding): Patch => ({
  compensations: Object.fromEntries(Object.keys(compensations).map((name) => [name, null])),
});

// ---- helpers ------------------------------------------------------------------------------------------------------------------------

/** What was asked for, and not taken back. */
function provisionOf({ facts }: Onboarding, part: string): Provision | undefined {
  const found = facts.provisions?.[part];
  return found?.over ? undefined : found;
}

const accountOf = (onboarding: Onboarding): Provision | undefined => provisionOf(onboarding, ACCOUNT);

/** The parts that the account service has refused, and nobody has decided about. */
export const refusedParts = (onboarding: Onboarding): string[] =>
  Object.keys(onboarding.facts.provisions ?? {}).filter((part) => {
    const { refused, leftOut } = provisionOf(onboarding, part) ?? {};
    return refused !== undefined && !leftOut;
  });

/** A patch that changes what is known of some parts. */
export function changed(onboarding: Onboarding, parts: readonly string[], change: Partial<Provision>): Patch {
  const { provisions = {} } = onboarding.facts;
  const entries = parts.flatMap((part) =>
    provisions[part] ? [[part, { ...provisions[part], ...change }] as const] : [],
  );
  return { facts: { provisions: { ...provisions, ...Object.fromEntries(entries) } } };
}

const withProvision = (onboarding: Onboarding, part: string, provided: Provision): Patch => ({
  facts: { provisions: { ...onboarding.facts.provisions, [part]: provided } },
});
