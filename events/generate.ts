/**
 * Writes what is derived. From the catalogue: the root of the workflow bundle and the list of the tables. From the schemas:
 * `workflows/<lifecycle>/shapes.ts` and `workflows/lifecycle/kernel-shapes.ts` (validators for the workflow, where zod must not be)
 * and the pages of the wire contract. From both: the description of all events, `docs/asyncapi.json`. From the table of each lifecycle:
 * its page in `docs/lifecycles/`. Run by `npm run generate`; a test checks that all are current.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { metricsPage } from '../telemetry/page.js';
import { asyncApi } from './asyncapi.js';
import { CATALOGUE, type CatalogueEntry } from './catalogue.js';
import { kernelMessages } from './kernel.js';
import { lifecyclePage } from './lifecycle-page.js';
import { shapeOf } from './shape-of.js';
import { wireContract, wireContractOf } from './wire-contract.js';

/** A file that is wholly generated. */
export interface GeneratedFile {
  /** Path from the root of the project. */
  readonly path: string;
  readonly content: string;
}

/** Every generated file as it should be now; `root` is the root of the project, where the hand-written parts are read. */
export async function generatedFiles(root: string = process.cwd()): Promise<readonly GeneratedFile[]> {
  return [
    { path: 'workflows/index.ts', content: await bundleRoot() },
    { path: 'workflows/lifecycles.ts', content: await listOfTables() },
    ...(await Promise.all(CATALOGUE.map(shapesModule))),
    { path: 'workflows/lifecycle/kernel-shapes.ts', content: await kernelShapesModule() },
    { path: 'docs/asyncapi.json', content: await formatted(JSON.stringify(asyncApi()), 'json') },
    { path: 'docs/operations/metrics.md', content: await formatted(metricsPage(), 'markdown') },
    { path: 'docs/wire-contract.md', content: wireContract(names) },
    ...CATALOGUE.map((entry) => ({
      path: `docs/lifecycles/${entry.table.name}.wire.md`,
      content: wireContractOf(entry),
    })),
    ...(await Promise.all(CATALOGUE.map((entry) => page(root, entry)))),
  ];
}

const GENERATED = '// Generated from events/catalogue.ts by `npm run generate`. Do not edit.';

async function page(root: string, { table: lifecycle, secondPerson }: CatalogueEntry): Promise<GeneratedFile> {
  const path = `docs/lifecycles/${lifecycle.name}.md`;
  const intent = await readFile(resolve(root, path.replace(/md$/, 'intent.md')), 'utf8');
  return { path, content: await formatted(lifecyclePage(lifecycle, intent, secondPerson), 'markdown') };
}

const names = CATALOGUE.map(({ table }) => table.name);

function bundleRoot(): Promise<string> {
  return module(`${GENERATED}
/** The only root of the workflow bundle: every lifecycle by its workflow type, the kernel's interceptors, and the reconciler. */
${names.map((name) => `import { ${name}Spec } from './${name}/workflow.js';`).join('\n')}
import { kernelInterceptors, lifecycleWorkflow } from './lifecycle/kernel.js';

${names.map((name) => `export const ${name} = lifecycleWorkflow(${name}Spec);`).join('\n')}
export const interceptors = kernelInterceptors([${names.map((name) => `${name}Spec`).join(', ')}]);
export { reconcile, reconcileOnSchedule } from './reconciliation/workflow.js';
`);
}

function listOfTables(): Promise<string> {
  return module(`${GENERATED}
/** All lifecycles of the fleet, as tables. Workers run them, gateway and command line read them. */
import type { Lifecycle } from './lifecycle/definition.js';
${names.map((name) => `import { ${name}Lifecycle } from './${name}/states.js';`).join('\n')}

export const LIFECYCLES: readonly Lifecycle[] = [${names.map((name) => `${name}Lifecycle`).join(', ')}];
`);
}

async function shapesModule({ table, notice, messages }: CatalogueEntry): Promise<GeneratedFile> {
  const { name } = table;
  const unknown = Object.keys(messages).filter((message) => !Object.hasOwn(table.messages, message));
  const missing = Object.keys(table.messages).filter((message) => !Object.hasOwn(messages, message));
  if (unknown.length > 0 || missing.length > 0) {
    throw new Error(
      `lifecycle ${name}: table and schemas name different messages (only in the table: ${missing.join(', ') || 'none'}; only in the ` +
        `schemas: ${unknown.join(', ') || 'none'}); each message needs both`,
    );
  }
  const shapes = {
    submission: shapeOf(notice),
    ...Object.fromEntries(Object.entries(messages).map(([message, schema]) => [message, shapeOf(schema)])),
  };
  const content = await module(`// Generated from events/${name}.ts by \`npm run generate\`. Do not edit.
import type { Shape } from '../lifecycle/shape.js';

/** Shape of the ${name}'s notice (\`submission\`) and of the data of each message by wire name. */
export const ${name}Shapes: Readonly<Record<string, Shape>> = ${JSON.stringify(shapes)};
`);
  return { path: `workflows/${name}/shapes.ts`, content };
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

/** Text as `npm run format` would have it. */
export async function formatted(text: string, parser: 'typescript' | 'markdown' | 'json'): Promise<string> {
  // A development tool: the package that is installed by others never runs this file.
  const prettier = await import('prettier');
  return prettier.format(text, { parser, printWidth: 120, singleQuote: true });
}

/** Writes the files that are not current, and tells of each. */
export async function writeFiles(root: string, files: readonly GeneratedFile[]): Promise<void> {
  for (const { path, content } of files) {
    const target = resolve(root, path);
    const before = await readFile(target, 'utf8').catch(() => undefined);
    if (before !== content) await writeFile(target, content);
    console.log(`${path}: ${before === content ? 'current' : 'written'}`);
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await writeFiles(process.cwd(), await generatedFiles());
}
