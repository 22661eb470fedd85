/**
 * Writes what is derived from the schemas: `workflows/claim/shapes.ts` (validators for the workflow, where zod must not be) and
 * `docs/wire-contract.md`. Run by `npm run generate`; a test checks that both are current.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { claimMessages, claimNotice } from './claim.js';
import { shapeOf } from './shape-of.js';
import { wireContract } from './wire-contract.js';

/** A file that is wholly generated. */
export interface GeneratedFile {
  /** Path from the root of the project. */
  readonly path: string;
  readonly content: string;
}

/** Every generated file as it should be now. */
export async function generatedFiles(): Promise<readonly GeneratedFile[]> {
  return [
    { path: 'workflows/claim/shapes.ts', content: await claimShapesModule() },
    { path: 'docs/wire-contract.md', content: wireContract() },
  ];
}

async function claimShapesModule(): Promise<string> {
  const shapes = {
    submission: shapeOf(claimNotice),
    ...Object.fromEntries(Object.entries(claimMessages).map(([name, schema]) => [name, shapeOf(schema)])),
  };
  const source = `// Generated from events/claim.ts by \`npm run generate\`. Do not edit.
import type { Shape } from '../lifecycle/shape.js';

/** Shape of the claim's notice (\`submission\`) and of the data of each message by wire name. */
export const claimShapes: Readonly<Record<string, Shape>> = ${JSON.stringify(shapes)};
`;
  // A development tool: the package that is installed by others never runs this file.
  const prettier = await import('prettier');
  return prettier.format(source, { parser: 'typescript', printWidth: 120, singleQuote: true });
}

async function main(root: string): Promise<void> {
  for (const { path, content } of await generatedFiles()) {
    const target = resolve(root, path);
    const before = await readFile(target, 'utf8').catch(() => undefined);
    if (before !== content) await writeFile(target, content);
    console.log(`${path}: ${before === content ? 'current' : 'written'}`);
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await main(process.cwd());
