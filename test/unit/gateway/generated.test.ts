import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { generatedFiles } from '../../../gateway/generate.js';

it('the document of the API and the table of its routes are current; if not, run npm run generate', async () => {
  for (const { path, content } of await generatedFiles()) expect(readFileSync(path, 'utf8'), path).toBe(content);
});
