import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import type { z } from 'zod';
import { ofApplicant } from '../platform/applicant-schemas.js';
import type { Page } from '../platform/pages.js';
import type { Answer } from '../platform/service-store.js';
import { IdempotencyKey, Valid } from '../platform/validation.js';
import {
  accountRequest,
  AccountsService,
  closureRequest,
  productRequest,
  withdrawalRequest,
  type ListedAccount,
  type ListedProduct,
} from './accounts.service.js';

/** HTTP side of {@link AccountsService}. */
@Controller('accounts')
export class AccountsController {
  constructor(private readonly accounts: AccountsService) {}

  /** 201: the account's id · 200 refused. */
  @Post('accounts')
  open(
    @IdempotencyKey() key: string,
    @Body(new Valid(accountRequest)) body: z.infer<typeof accountRequest>,
  ): Promise<Answer> {
    return this.accounts.open(key, body);
  }

  /** 201: the product's id · 200 refused · 409 `AccountNotOpen`. */
  @Post('products')
  provision(
    @IdempotencyKey() key: string,
    @Body(new Valid(productRequest)) body: z.infer<typeof productRequest>,
  ): Promise<Answer> {
    return this.accounts.provision(key, body);
  }

  /** 200: whether there was anything to take back; so does the next. */
  @Post('closures')
  close(
    @IdempotencyKey() key: string,
    @Body(new Valid(closureRequest)) body: z.infer<typeof closureRequest>,
  ): Promise<Answer> {
    return this.accounts.close(key, body);
  }

  @Post('withdrawals')
  withdraw(
    @IdempotencyKey() key: string,
    @Body(new Valid(withdrawalRequest)) body: z.infer<typeof withdrawalRequest>,
  ): Promise<Answer> {
    return this.accounts.withdraw(key, body);
  }

  /** 200: accounts by applicant, a page at a time; so does the next, of products. */
  @Get('accounts')
  listAccounts(
    @Query(new Valid(ofApplicant, 'query')) query: z.infer<typeof ofApplicant>,
  ): Promise<Page<ListedAccount>> {
    return this.accounts.listAccounts(query);
  }

  @Get('products')
  listProducts(
    @Query(new Valid(ofApplicant, 'query')) query: z.infer<typeof ofApplicant>,
  ): Promise<Page<ListedProduct>> {
    return this.accounts.listProducts(query);
  }
}
