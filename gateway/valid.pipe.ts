/** Checks bodies, queries and parameters at the gateway's door. */
import { Injectable, type PipeTransform } from '@nestjs/common';
import type { z } from 'zod';
import { validated } from '../client/validate.js';

/** Parses by a zod schema. @throws InvalidMessage (422), which names each field, its value and the remedy. */
@Injectable()
export class Valid<T> implements PipeTransform<unknown, T> {
  constructor(
    readonly schema: z.ZodType<T>,
    /** What is checked, for the sentence: `query`. */
    private readonly what = 'request',
  ) {}

  transform(value: unknown): T {
    return validated(this.schema, value, this.what);
  }
}
