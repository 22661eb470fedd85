/** Which fields are personal, declared once: the subject store holds them, and no log ever does. */
import { z } from 'zod';

/**
 * What the fleet may come to know of a person. Any of it may be absent, and a store of your own may hold more: add it here, so that it is
 * kept out of the logs.
 */
export const person = z
  .looseObject({
    name: z.string(),
    firstName: z.string(),
    lastName: z.string(),
    fullName: z.string(),
    dateOfBirth: z.string(),
    address: z.unknown(),
    street: z.string(),
    city: z.string(),
    email: z.string(),
    phone: z.string(),
    contact: z.unknown(),
    iban: z.string(),
    accountNumber: z.string(),
    cardNumber: z.string(),
    nationalId: z.string(),
    freeText: z.string(),
  })
  .partial()
  .describe('Personal data: kept in the subject store alone');

/** Names of the fields of {@link person}. */
export const PERSONAL_FIELDS: ReadonlySet<string> = new Set(Object.keys(person.shape));
