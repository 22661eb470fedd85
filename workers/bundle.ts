/** Builds the workflow bundle next to the compiled code, so that workers start without a bundler. */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundleWorkflows } from './workflow-bundle.js';

const { code } = await bundleWorkflows();
await writeFile(fileURLToPath(new URL('../workflow-bundle.js', import.meta.url)), code);
