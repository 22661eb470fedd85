import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { code, reference } from '../../events/common.js';
import { ServiceClient } from '../http.js';
import type {
  AccountOpened,
  AccountsActivities,
  CloseAccountInput,
  OpenAccountInput,
  ProductProvisioned,
  ProvisionProductInput,
  TakenBack,
  WithdrawProductInput,
} from './contract.js';

const refused = z.strictObject({ outcome: z.literal('refused'), code });

const opened = z.union([
  z.strictObject({ outcome: z.literal('opened'), accountId: reference }),
  refused,
]) satisfies z.ZodType<AccountOpened>;

const provisioned = z.union([
  z.strictObject({ outcome: z.literal('provisioned'), productId: reference }),
  refused,
]) satisfies z.ZodType<ProductProvisioned>;

const takenBack = z.object({ outcome: z.enum(['takenBack', 'none']) }) satisfies z.ZodType<TakenBack>;

/** {@link AccountsActivities} over HTTP. */
@Injectable()
export class AccountsActivitiesProvider implements AccountsActivities {
  constructor(private readonly services: ServiceClient) {}

  openAccount({ key, ...body }: OpenAccountInput): Promise<AccountOpened> {
    return this.services.post('accounts', 'accounts', key, body, opened);
  }

  provisionProduct({ key, ...body }: ProvisionProductInput): Promise<ProductProvisioned> {
    return this.services.post('accounts', 'products', key, body, provisioned);
  }

  closeAccount({ key, ...body }: CloseAccountInput): Promise<TakenBack> {
    return this.services.post('accounts', 'closures', key, body, takenBack);
  }

  withdrawProduct({ key, ...body }: WithdrawProductInput): Promise<TakenBack> {
    return this.services.post('accounts', 'withdrawals', key, body, takenBack);
  }
}
