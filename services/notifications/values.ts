import { z } from 'zod';

/** Codes, dates and amounts that a notice or a letter states; no personal data. */
export const templateValues = z.record(z.string().max(64), z.string().max(256));
