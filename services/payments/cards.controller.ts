import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import { reference } from '../../events/common.js';
import { paging, readPage, type Page } from '../platform/pages.js';
import { ServiceStore, type Answer } from '../platform/service-store.js';
import { IdempotencyKey, Valid } from '../platform/validation.js';
import { AuthorizationsService, authorizationRequest, voidRequest } from './authorizations.service.js';
import { captureRequest, CapturesService, chargebackRequest, refundRequest } from './captures.service.js';
import { LISTS } from './lists.js';

/** Query of a list of the ledger: of all entities, or of one by its business key. */
const listQuery = z.strictObject({ ...paging, entity: reference.exactOptional() });

type ListQuery = z.infer<typeof listQuery>;

const validList = new Valid(listQuery, 'query');

/** HTTP side of cards, and the ledger's lists for reconciliation. */
@Controller('payments')
export class CardsController {
  constructor(
    private readonly store: ServiceStore,
    private readonly authorizations: AuthorizationsService,
    private readonly captures: CapturesService,
  ) {}

  /** 201: authorised until; 200: declined; 202: `payments.authorizationDecided` follows. */
  @Post('authorizations')
  authorize(
    @IdempotencyKey() key: string,
    @Body(new Valid(authorizationRequest)) body: z.infer<typeof authorizationRequest>,
  ): Promise<Answer> {
    return this.authorizations.authorize(key, body);
  }

  /** 200: what became of the authorisation, and what was captured of it. */
  @Post('voids')
  void(
    @IdempotencyKey() key: string,
    @Body(new Valid(voidRequest)) body: z.infer<typeof voidRequest>,
  ): Promise<Answer> {
    return this.authorizations.void(key, body);
  }

  /** 201: captured; 200: declined; 202: `payments.captureDecided` follows. */
  @Post('captures')
  capture(
    @IdempotencyKey() key: string,
    @Body(new Valid(captureRequest)) body: z.infer<typeof captureRequest>,
  ): Promise<Answer> {
    return this.captures.capture(key, body);
  }

  /** 201: refunded; 200: failed, or nothing to refund; 202: `payments.refundDecided` follows. */
  @Post('refunds')
  refund(
    @IdempotencyKey() key: string,
    @Body(new Valid(refundRequest)) body: z.infer<typeof refundRequest>,
  ): Promise<Answer> {
    return this.captures.refund(key, body);
  }

  /** 202: the bank charges a capture back; the order is told. */
  @Post('chargebacks')
  chargeBack(
    @IdempotencyKey() key: string,
    @Body(new Valid(chargebackRequest)) body: z.infer<typeof chargebackRequest>,
  ): Promise<Answer> {
    return this.captures.chargeBack(key, body);
  }

  /** 200: a page; so do the others. */
  @Get('authorizations')
  listAuthorizations(@Query(validList) query: ListQuery): Promise<Page<object>> {
    return readPage(this.store.database, LISTS.authorizations, query);
  }

  @Get('captures')
  listCaptures(@Query(validList) query: ListQuery): Promise<Page<object>> {
    return readPage(this.store.database, LISTS.captures, query);
  }

  @Get('refunds')
  listRefunds(@Query(validList) query: ListQuery): Promise<Page<object>> {
    return readPage(this.store.database, LISTS.refunds, query);
  }

  @Get('payments')
  listPayments(@Query(validList) query: ListQuery): Promise<Page<object>> {
    return readPage(this.store.database, LISTS.payments, query);
  }
}
