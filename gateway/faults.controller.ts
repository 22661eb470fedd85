/** What goes wrong on purpose in the reference services: seen by everybody, set by administrators alone. */
import { Body, Controller, Delete, Get, HttpCode, Put, Query } from '@nestjs/common';
import type { FaultsView } from '../client/faults.js';
import { faultsQuery, faultsRequest, type FaultsQuery, type FaultsRequest } from '../events/faults.js';
import { faults } from './answers/fleet.js';
import { Operation } from './operation.js';
import { ServicesFaults } from './services-faults.js';
import { Valid } from './valid.pipe.js';

@Controller('api/faults')
export class FaultsController {
  constructor(private readonly services: ServicesFaults) {}

  @Get()
  @Operation({
    summary: 'What goes wrong on purpose in the reference services',
    description: 'Where none are allowed, `remedy` says what to do where they are wanted.',
    may: ['viewer'],
    answers: { 200: faults },
  })
  list(): Promise<FaultsView> {
    return this.services.list();
  }

  /** 200: set; all of them or, where one is wrong, none. */
  @Put()
  @Operation({
    summary: 'Make the reference services go wrong',
    description: 'Each switch takes the place of the one of the same service, operation and kind.',
    may: ['admin'],
    answers: { 200: faults },
  })
  @HttpCode(200)
  set(@Body(new Valid(faultsRequest, 'faults')) request: FaultsRequest): Promise<FaultsView> {
    return this.services.set(request);
  }

  /** 200: those that fit are gone; without a query, all. */
  @Delete()
  @Operation({ summary: 'Clear fault switches', may: ['admin'], answers: { 200: faults } })
  clear(@Query(new Valid(faultsQuery, 'query')) query: FaultsQuery): Promise<FaultsView> {
    return this.services.clear(query);
  }
}
