/** Accounts and the products on them: set up, and taken back by the keys of the calls that set them up. */
import { randomUUID } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { z } from 'zod';
import { code, reference } from '../../events/common.js';
import { applicantId, profileRef } from '../../events/onboarding.js';
import { turnOfApplicant, type ofApplicant } from '../platform/applicant-schemas.js';
import type { Queries } from '../platform/database.js';
import { readPage, type Page } from '../platform/pages.js';
import { Problem } from '../platform/problem.js';
import { Answer, ServiceStore } from '../platform/service-store.js';
import { ACCOUNT_TABLES } from './account-tables.js';

/** Body of `POST /accounts/accounts`. */
export const accountRequest = z.strictObject({ applicantId, profileRef });

/** Body of `POST /accounts/products`. */
export const productRequest = z.strictObject({ applicantId, accountId: reference, product: code });

const key = z.string().min(1).max(255);

/** Body of `POST /accounts/closures`. */
export const closureRequest = z.strictObject({ applicantId, accountKey: key });

/** Body of `POST /accounts/withdrawals`. */
export const withdrawalRequest = z.strictObject({ applicantId, productKey: key });

/** What is refused to an applicant: `account`, or codes of products. `times`: only so often; absent: always. */
export const provisionSeed = z.strictObject({
  applicantId,
  refuse: z.array(code).max(20),
  code: code.default('seeded'),
  times: z.int().min(1).max(1_000).exactOptional(),
});

type ProvisionSeed = z.infer<typeof provisionSeed>;

/** As {@link provisionSeed} names it. */
const THE_ACCOUNT = 'account';

/** An account in the list for reconciliation. */
export interface ListedAccount {
  readonly accountId: string;
  readonly applicantId: string;
  readonly state: 'open' | 'closed';
  readonly createdAt: Date;
  readonly changedAt: Date;
}

/** A product, likewise. */
export interface ListedProduct {
  readonly productId: string;
  readonly accountId: string;
  readonly applicantId: string;
  readonly product: string;
  readonly state: 'provisioned' | 'withdrawn';
  readonly createdAt: Date;
  readonly changedAt: Date;
}

const DATES = 'created_at AS "createdAt", changed_at AS "changedAt"';

@Injectable()
export class AccountsService implements OnModuleInit {
  constructor(private readonly store: ServiceStore) {}

  onModuleInit(): Promise<void> {
    return this.store.migrate(ACCOUNT_TABLES);
  }

  /** Sets what is foreseen. */
  async seed(seeds: readonly ProvisionSeed[]): Promise<void> {
    await this.store.database.query(
      `INSERT INTO svc_accounts.foreseen (applicant_id, seed)
       SELECT seed ->> 'applicantId', seed FROM jsonb_array_elements($1::jsonb) seed ORDER BY 1
       ON CONFLICT (applicant_id) DO UPDATE SET seed = excluded.seed, used = 0`,
      [JSON.stringify(seeds)],
    );
  }

  /** Opens an account (201), or refuses to (200). */
  open(key: string, input: z.infer<typeof accountRequest>): Promise<Answer> {
    const call = { key, operation: 'openAccount', input, declines: true } as const;
    return this.store.onceInTurn(call, turnOfApplicant(input.applicantId), async (transaction, declined) => {
      const refusal = await this.#refusal(transaction, input.applicantId, THE_ACCOUNT, declined);
      if (refusal !== undefined) return { answer: new Answer(200, { outcome: 'refused', code: refusal }) };
      const accountId = `ACC-${randomUUID()}`;
      const row = {
        account_id: accountId,
        applicant_id: input.applicantId,
        profile_ref: input.profileRef,
        state: 'open',
        ...now(),
      };
      return {
        answer: new Answer(201, { outcome: 'opened', accountId }),
        inserts: [{ table: 'account', rows: [row] }],
      };
    });
  }

  /**
   * Sets up a product (201), or refuses to (200).
   * @throws Problem 409 `AccountNotOpen`, by way of the answer
   */
  provision(key: string, input: z.infer<typeof productRequest>): Promise<Answer> {
    const { applicantId, accountId, product } = input;
    const call = { key, operation: 'provisionProduct', input, declines: true } as const;
    return this.store.onceInTurn(call, turnOfApplicant(applicantId), async (transaction, declined) => {
      const open = await transaction.query(
        `SELECT FROM svc_accounts.account WHERE account_id = $1 AND applicant_id = $2 AND state = 'open'`,
        [accountId, applicantId],
      );
      if (open.length === 0) {
        throw new Problem(
          409,
          'AccountNotOpen',
          `accountId is ${accountId}: applicant ${applicantId} has no such open account; open one first`,
        );
      }
      const refusal = await this.#refusal(transaction, applicantId, product, declined);
      if (refusal !== undefined) return { answer: new Answer(200, { outcome: 'refused', code: refusal }) };
      const productId = `PRD-${randomUUID()}`;
      const row = {
        product_id: productId,
        account_id: accountId,
        applicant_id: applicantId,
        product,
        state: 'provisioned',
        ...now(),
      };
      return {
        answer: new Answer(201, { outcome: 'provisioned', productId }),
        inserts: [{ table: 'product', rows: [row] }],
      };
    });
  }

  /** Closes the account that was opened under a key, or keeps it from ever being (200). */
  close(key: string, input: z.infer<typeof closureRequest>): Promise<Answer> {
    const call = { key, operation: 'closeAccount', input };
    return this.store.onceInTurn(call, turnOfApplicant(input.applicantId), async (transaction) => {
      const made = (await this.store.withdraw(transaction, input.accountKey)) as { accountId?: string } | undefined;
      if (made?.accountId === undefined) return { answer: new Answer(200, { outcome: 'none' }) };
      await transaction.query(
        `UPDATE svc_accounts.account SET state = 'closed', changed_at = now() WHERE account_id = $1 AND applicant_id = $2`,
        [made.accountId, input.applicantId],
      );
      return { answer: new Answer(200, { outcome: 'takenBack' }) };
    });
  }

  /** Takes back the product that was set up under a key, or keeps it from ever being (200). */
  withdraw(key: string, input: z.infer<typeof withdrawalRequest>): Promise<Answer> {
    const call = { key, operation: 'withdrawProduct', input };
    return this.store.onceInTurn(call, turnOfApplicant(input.applicantId), async (transaction) => {
      const made = (await this.store.withdraw(transaction, input.productKey)) as { productId?: string } | undefined;
      if (made?.productId === undefined) return { answer: new Answer(200, { outcome: 'none' }) };
      await transaction.query(
        `UPDATE svc_accounts.product SET state = 'withdrawn', changed_at = now() WHERE product_id = $1 AND applicant_id = $2`,
        [made.productId, input.applicantId],
      );
      return { answer: new Answer(200, { outcome: 'takenBack' }) };
    });
  }

  listAccounts({ applicant, ...page }: z.infer<typeof ofApplicant>): Promise<Page<ListedAccount>> {
    const columns = `account_id AS "accountId", applicant_id AS "applicantId", state, ${DATES}`;
    const list = { table: 'svc_accounts.account', columns, entity: 'applicant_id', id: 'account_id' };
    return readPage<ListedAccount>(this.store.database, list, { ...page, entity: applicant });
  }

  listProducts({ applicant, ...page }: z.infer<typeof ofApplicant>): Promise<Page<ListedProduct>> {
    const columns = `product_id AS "productId", account_id AS "accountId", applicant_id AS "applicantId", product, state, ${DATES}`;
    const list = { table: 'svc_accounts.product', columns, entity: 'applicant_id', id: 'product_id' };
    return readPage<ListedProduct>(this.store.database, list, { ...page, entity: applicant });
  }

  /** Why something is not set up; undefined where it is. */
  async #refusal(
    transaction: Queries,
    applicant: string,
    what: string,
    declined: boolean,
  ): Promise<string | undefined> {
    if (declined) return 'declined';
    const [row] = await transaction.query<{ seed: ProvisionSeed }>(
      `UPDATE svc_accounts.foreseen SET used = used + 1
       WHERE applicant_id = $1 AND seed -> 'refuse' ? $2 AND used < coalesce((seed ->> 'times')::int, 2147483647)
       RETURNING seed`,
      [applicant, what],
    );
    return row?.seed.code;
  }
}

function now(): { readonly created_at: string; readonly changed_at: string } {
  const at = new Date().toISOString();
  return { created_at: at, changed_at: at };
}
