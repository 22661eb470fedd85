/** Every test's gateway believes one development issuer, and every client signs with its key unless a test says otherwise. */
import { inject } from 'vitest';

process.env['THROUGHLINE_DEVELOPMENT_KEY'] = inject('developmentKey');
