/** Each line of `.dependency-cruiser.cjs` refuses what it is there to refuse, and lets through what the design allows. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { cruise, type ICruiseResult, type IConfiguration } from 'dependency-cruiser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const config = createRequire(import.meta.url)('../../../.dependency-cruiser.cjs') as IConfiguration;

interface Import {
  readonly from: string;
  readonly to: string;
  /** As `import type`. */
  readonly type?: true;
}

/** One of Node's own modules. */
const NODE = 'fs';
/** A file that is not there. */
const MISSING = 'missing';

const REFUSED: readonly (Import & { readonly rule: string })[] = [
  { rule: 'workflows-imports', from: 'workflows/a.ts', to: 'activities/policy/policy.activities' },
  { rule: 'workflows-imports', from: 'workflows/a.ts', to: 'records/writer', type: true },
  { rule: 'workflows-imports', from: 'workflows/a.ts', to: 'events/claim' },
  { rule: 'workflows-import-temporal-only', from: 'workflows/a.ts', to: NODE },
  { rule: 'workflows-import-temporal-only', from: 'workflows/a.ts', to: 'zod' },
  { rule: 'workflows-import-temporal-only', from: 'workflows/a.ts', to: '@temporalio/worker' },
  { rule: 'activities-imports', from: 'activities/a.ts', to: 'workflows/claim/workflow' },
  { rule: 'activities-imports', from: 'activities/a.ts', to: 'services/main' },
  { rule: 'activities-imports-types-only', from: 'activities/a.ts', to: 'workflows/claim/messages' },
  { rule: 'activities-imports-types-only', from: 'activities/a.ts', to: 'workflows/claim/facts' },
  { rule: 'workers-imports', from: 'workers/a.ts', to: 'workflows/reconciliation/workflow' },
  { rule: 'workers-imports', from: 'workers/a.ts', to: 'workflows/index' },
  { rule: 'workers-imports', from: 'workers/a.ts', to: 'gateway/main' },
  { rule: 'client-imports', from: 'client/a.ts', to: 'records/reader' },
  { rule: 'client-imports', from: 'client/a.ts', to: 'workflows/claim/states' },
  { rule: 'gateway-imports', from: 'gateway/a.ts', to: 'workflows/claim/workflow' },
  { rule: 'gateway-imports', from: 'gateway/a.ts', to: 'activities/policy/contract', type: true },
  { rule: 'cli-imports', from: 'cli/a.ts', to: 'gateway/main' },
  { rule: 'cli-imports', from: 'cli/a.ts', to: 'test/support' },
  { rule: 'cli-imports-types-only', from: 'cli/a.ts', to: 'workflows/claim/messages' },
  { rule: 'gateway-imports-types-only', from: 'gateway/a.ts', to: 'workflows/claim/messages' },
  { rule: 'console-imports', from: 'console/a.ts', to: 'client/index' },
  { rule: 'console-imports-types-only', from: 'console/a.ts', to: 'client/views' },
  { rule: 'services-imports', from: 'services/a.ts', to: 'workflows/lifecycle/entry', type: true },
  { rule: 'services-imports', from: 'services/a.ts', to: 'records/pool' },
  { rule: 'services-know-no-temporal', from: 'services/a.ts', to: '@temporalio/client' },
  { rule: 'subscribers-imports', from: 'subscribers/a.ts', to: 'client/index' },
  { rule: 'events-imports', from: 'events/a.ts', to: 'records/reader' },
  { rule: 'records-imports', from: 'records/a.ts', to: 'workflows/claim/states' },
  { rule: 'records-imports', from: 'records/a.ts', to: 'activities/records/carrier' },
  { rule: 'telemetry-imports', from: 'telemetry/a.ts', to: 'records/pool' },
  { rule: 'telemetry-imports', from: 'telemetry/a.ts', to: 'events/claim' },
  { rule: 'examples-imports', from: 'examples/a.ts', to: 'gateway/main' },
  { rule: 'scripts-imports', from: 'scripts/a.ts', to: 'cli/main' },
  { rule: 'vocabulary-is-pure', from: 'workflows/lifecycle/message.ts', to: '@temporalio/workflow' },
  { rule: 'no-cycles', from: 'records/one.ts', to: 'records/two' },
  { rule: 'no-development-packages', from: 'client/a.ts', to: 'vitest' },
  { rule: 'nothing-unresolved', from: 'client/a.ts', to: `client/${MISSING}` },
];

const ALLOWED: readonly Import[] = [
  { from: 'workflows/b.ts', to: 'activities/policy/contract' },
  { from: 'workflows/b.ts', to: '@temporalio/workflow' },
  { from: 'activities/b.ts', to: 'records/writer' },
  { from: 'activities/b.ts', to: 'workflows/claim/messages', type: true },
  { from: 'activities/b.ts', to: 'workflows/claim/facts', type: true },
  { from: 'workers/b.ts', to: 'workflows/reconciliation/pairs' },
  { from: 'client/b.ts', to: 'workflows/reconciliation/pairs' },
  { from: 'workers/b.ts', to: 'activities/policy/policy.activities' },
  { from: 'workers/b.ts', to: 'workflows/claim/states' },
  { from: 'client/b.ts', to: 'workflows/claim/messages' },
  { from: 'client/b.ts', to: 'events/claim' },
  { from: 'gateway/b.ts', to: 'client/index' },
  { from: 'gateway/b.ts', to: 'records/reader' },
  { from: 'events/b.ts', to: 'records/pool' },
  { from: 'cli/b.ts', to: 'workflows/claim/states' },
  { from: 'services/b.ts', to: 'events/claim' },
  { from: 'records/b.ts', to: 'workflows/lifecycle/entry' },
  { from: 'records/b.ts', to: 'telemetry/tracing' },
  { from: 'services/b.ts', to: 'telemetry/http' },
  { from: 'telemetry/b.ts', to: 'events/personal' },
  { from: 'examples/b.ts', to: 'client/index' },
  { from: 'bench/b.ts', to: 'workflows/claim/workflow' },
  { from: 'test/b.ts', to: 'records/writer' },
  { from: 'test/b.ts', to: 'vitest' },
  // The way back of the cycle is reported where the cycle begins.
  { from: 'records/two.ts', to: 'records/one' },
  // Types may refer to each other.
  { from: 'gateway/c.ts', to: 'gateway/d', type: true },
  { from: 'gateway/d.ts', to: 'gateway/c', type: true },
];

let root: string;
let violations: readonly { readonly rule: string; readonly from: string; readonly to: string }[];

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), `throughline-imports-${process.pid}-`));
  await writeTree(root, [...REFUSED, ...ALLOWED]);
  const { output } = await cruise(['.'], {
    ...config.options,
    tsConfig: {},
    baseDir: root,
    validate: true,
    ruleSet: { forbidden: config.forbidden ?? [] },
  });
  violations = (output as ICruiseResult).summary.violations.map(({ rule, from, to }) => ({
    rule: rule.name,
    from,
    to,
  }));
});

afterAll(() => rm(root, { recursive: true, force: true }));

describe('import rules', () => {
  it.each(REFUSED)('$rule refuses $from → $to (type: $type)', ({ rule, from, to }) => {
    expect(violations).toContainEqual({ rule, from, to: resolved(from, to) });
  });

  it.each(ALLOWED)('$from → $to is allowed (type: $type)', ({ from, to }) => {
    expect(violations.filter((found) => found.from === from && found.to === resolved(from, to))).toEqual([]);
  });

  it('has a case for every rule', () => {
    const proven = new Set(REFUSED.map(({ rule }) => rule));
    expect((config.forbidden ?? []).map(({ name }) => name).filter((name) => !proven.has(name ?? ''))).toEqual([]);
  });
});

/** Our own files by their relative path with `.js`, packages by their name. */
function specifierOf(from: string, to: string): string {
  if (!/^[a-z]+\/./.test(to)) return to;
  const relative = path.posix.relative(path.posix.dirname(from), `${to}.js`);
  return relative.startsWith('.') ? relative : `./${relative}`;
}

/** Where an import leads, as the report has it. */
function resolved(from: string, to: string): string {
  const specifier = specifierOf(from, to);
  if (to === NODE || to.endsWith(MISSING)) return specifier;
  return specifier === to ? `node_modules/${to}/index.js` : `${to}.ts`;
}

/** Every importing file with its imports, and an empty file or package for whatever they import. */
async function writeTree(directory: string, imports: readonly Import[]): Promise<void> {
  const files = new Map<string, string[]>();
  for (const { from, to, type } of imports) {
    const specifier = specifierOf(from, to);
    const target = resolved(from, to);
    if (target !== specifier) files.set(target, files.get(target) ?? []);
    const lines = files.get(from) ?? [];
    lines.push(type ? `import type { X${lines.length} } from '${specifier}';` : `import '${specifier}';`);
    files.set(from, lines);
  }
  files.set('package.json', [JSON.stringify({ type: 'module', devDependencies: { vitest: '*' } })]);
  for (const [name, lines] of files) {
    await mkdir(path.join(directory, path.dirname(name)), { recursive: true });
    await writeFile(path.join(directory, name), lines.join('\n'));
  }
}
