/**
 * Writes what is derived. From the schemas: `workflows/claim/shapes.ts` and `workflows/lifecycle/kernel-shapes.ts` (validators for
 * the workflow, where zod must not be) and `docs/wire-contract.md`. From the table of each lifecycle: its page in `docs/lifecycles/`.
 * Run by `npm run generate`; a test checks that all are current.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Lifecycle } from '../workflows/lifecycle/definition.js';
import { LIFECYCLES } from '../workflows/lifecycles.js';
import { claimMessages, claimNotice } from './claim.js';
import { kernelMessages } from './kernel.js';
import { lifecyclePage } from './lifecycle-page.js';
import { shapeOf } from './shape-of.js';
import { wireContract } from './wire-contract.js';

/** A file that is wholly generated. */
export interface GeneratedFile {
  /** Path from the root of the project. */
  readonly path: string;
  readonly content: string;
}

/** Every generated file as it should be now; `root` is the root of the project, where the hand-written parts are read. */
export async function generatedFiles(root: string = process.cwd()): Promise<readonly GeneratedFile[]> {
  return [
    { path: 'workflows/claim/shapes.ts', content: await claimShapesModule() },
    { path: 'workflows/lifecycle/kernel-shapes.ts', content: await kernelShapesModule() },
    { path: 'docs/wire-contract.md', content: wireContract() },
    ...(await Promise.all(LIFECYCLES.map((lifecycle) => page(root, lifecycle)))),
  ];
}

async function page(root: string, lifecycle: Lifecycle): Promise<GeneratedFile> {
  const path = `docs/lifecycles/${lifecycle.name}.md`;
  const intent = await readFile(resolve(root, path.replace(/md$/, 'intent.md')), 'utf8');
  return { path, content: await formatted(lifecyclePage(lifecycle, intent), 'markdown') };
}

async function claimShapesModule(): Promise<string> {
  const shapes = {
    submission: shapeOf(claimNotice),
    ...Object.fromEntries(Object.entries(claimMessages).map(([name, schema]) => [name, shapeOf(schema)])),
  };
  return module(`// Generated from events/claim.ts by \`npm run generate\`. Do not edit.
import type { Shape } from '../lifecycle/shape.js';

/** Shape of the claim's notice (\`submission\`) and of the data of each message by wire name. */
export const claimShapes: Readonly<Record<string, Shape>> = ${JSON.stringify(shapes)};
`);
}

async function kernelShapesModule(): Promise<string> {
  const shapes = Object.fromEntries(Object.entries(kernelMessages).map(([name, schema]) => [name, shapeOf(schema)]));
  return module(`// Generated from events/kernel.ts by \`npm run generate\`. Do not edit.
import type { Shape } from './shape.js';

/** Shape of the data of each kernel message by wire name. */
export const kernelShapes: Readonly<Record<string, Shape>> = ${JSON.stringify(shapes)};
`);
}

const module = (source: string): Promise<string> => formatted(source, 'typescript');

async function formatted(text: string, parser: 'typescript' | 'markdown'): Promise<string> {
  // A development tool: the package that is installed by others never runs this file.
  const prettier = await import('prettier');
  return prettier.format(text, { parser, printWidth: 120, singleQuote: true });
}

async function main(root: string): Promise<void> {
  for (const { path, content } of await generatedFiles(root)) {
    const target = resolve(root, path);
    const before = await readFile(target, 'utf8').catch(() => undefined);
    if (before !== content) await writeFile(target, content);
    console.log(`${path}: ${before === content ? 'current' : 'written'}`);
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await main(process.cwd());
