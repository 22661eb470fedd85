/**
 * Every call of an onboarding against every way in which it can go wrong. There are three ends: completed, with one account and each
 * product once; rejected, with nothing left; or a person's task, from which it comes to one of the others. The table is printed.
 */
import { expect, test } from 'vitest';
import { minutes } from '../../../workflows/lifecycle/definition.js';
import { playOut, type Played } from '../support/play-out.js';
import type { Call, Mischief } from './bureau.js';
import { useBureau, type Applicant } from './support.js';

const { bureau, apply, sleep } = useBureau();

const CHECKS: readonly Call[] = ['verifyIdentity', 'checkEligibility', 'checkCompliance', 'screenApplicant'];
const SET_UP: readonly Call[] = ['openAccount', 'provisionProduct'];
/** Made where a product is refused, and nobody wants the rest. */
const TAKEN_BACK: readonly Call[] = ['closeAccount', 'withdrawProduct'];
const CALLS = [...CHECKS, ...SET_UP, ...TAKEN_BACK];
const FAULTS = {
  refused: ['refused'],
  'failed before the effect': ['down', 'down'],
  'answer lost after the effect': ['lost', 'lost'],
  'worker killed before': ['killed'],
  'worker killed after': ['killedAfter'],
  'away for good': Array.from({ length: 40 }, () => 'down'),
} satisfies Record<string, Mischief[]>;

interface Cell extends Played {
  readonly call: Call;
  readonly fault: string;
  readonly applicant: Applicant;
  /** Whether what was set up is given up. */
  readonly givenUp: boolean;
  /** The review that it was first seen in. */
  review?: string;
}

test(
  'every call, every fault: completed once, rejected with nothing left, or a task from which it comes to either',
  { timeout: 600_000 },
  async () => {
    const cells: Cell[] = [];
    for (const call of CALLS) {
      for (const [fault, how] of Object.entries(FAULTS)) {
        const applicantId = `X-${call}-${fault.replaceAll(' ', '-')}`;
        const givenUp = TAKEN_BACK.includes(call);
        if (givenUp) bureau.refusing.add(`${applicantId}/credit`);
        bureau.misbehave(applicantId, call, ...how);
        const applicant = await apply({ applicantId, products: ['checking', 'credit'] });
        cells.push({ id: applicantId, call, fault, applicant, givenUp });
      }
    }
    // Only retries can bring anything where nobody can.
    await playOut(cells, push, () => sleep(minutes(5)));
    console.log(table(cells));
    for (const cell of cells) prove(cell);
  },
);

/** Lets the people around an application go on by one step; whether anything was done. */
async function push(cell: Cell): Promise<boolean> {
  const { applicant, call } = cell;
  const { state, outcome, reason, reviews } = await applicant.entity.state();
  if (state === 'Completed' || state === 'Rejected') {
    cell.end = outcome ?? state;
    return true;
  }
  if (state === 'ProvisioningReview' && cell.givenUp)
    return applied(applicant.ask('decideProvisioning', { decision: 'reject' }));
  if (state !== 'ManualReview' && state !== 'ProvisioningReview') return false;
  expect(Object.keys(reviews), `tasks of ${applicant.id}`).toHaveLength(1);
  cell.review ??= `${state}: ${reason?.code ?? ''}`;
  bureau.misbehave(applicant.id, call);
  return applied(
    applicant.ask(state === 'ManualReview' ? 'decideApplication' : 'decideProvisioning', { decision: 'retry' }),
  );
}

const applied = async (answer: Promise<unknown>): Promise<boolean> => typeof (await answer) === 'object';

function prove({ applicant, call, fault, givenUp, end }: Cell): void {
  const what = `${call}, ${fault}`;
  expect(end, what).toBe(givenUp ? 'rejected' : 'completed');
  expect(bureau.has(applicant.id).sort(), what).toEqual(givenUp ? [] : ['account', 'checking', 'credit']);
}

function table(cells: readonly Cell[]): string {
  const rows = CALLS.map((call) => [
    call,
    ...Object.keys(FAULTS).map((fault) => {
      const { end = '', review } = cells.find((cell) => cell.call === call && cell.fault === fault) ?? {};
      return review === undefined ? end : `${review}, then ${end}`;
    }),
  ]);
  const lines = [['call', ...Object.keys(FAULTS)], ...rows];
  const widths = lines[0]?.map((_, i) => Math.max(...lines.map((line) => line[i]?.length ?? 0))) ?? [];
  return lines.map((line) => line.map((text, i) => text.padEnd(widths[i] ?? 0)).join('  ')).join('\n');
}
