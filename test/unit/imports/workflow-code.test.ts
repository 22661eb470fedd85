/** The linter refuses what would make workflow code depend on the machine that runs it. */
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { expect, it } from 'vitest';

const IN_A_WORKFLOW = 'workflows/index.ts';
const IN_A_CONTRACT = 'activities/policy/contract.ts';

const REFUSED: readonly [code: string, rule: string][] = [
  ["import 'node:fs';", 'no-restricted-imports'],
  ["import 'fs/promises';", 'no-restricted-imports'],
  ["import 'zod';", 'no-restricted-imports'],
  ["import '@nestjs/common';", 'no-restricted-imports'],
  ["import '@temporalio/client';", 'no-restricted-imports'],
  ["export { z } from 'zod';", 'no-restricted-imports'],
  ["export const it = await import('./claim/states.js');", 'no-restricted-syntax'],
  ['export const it = process.env;', 'no-restricted-globals'],
  ['export const it = globalThis.process;', 'no-restricted-globals'],
  ["export const it = fetch('/');", 'no-restricted-globals'],
  ['export const it = new Date();', 'no-restricted-syntax'],
  ['export const it = new Date(2012, 9, 29);', 'no-restricted-syntax'],
  ['export const it = new Date(0).getHours();', 'no-restricted-syntax'],
  ['export const it = new Date(0).toLocaleDateString();', 'no-restricted-syntax'],
  ["export const it = 'a'.localeCompare('b');", 'no-restricted-syntax'],
];

const ALLOWED: readonly string[] = [
  "export { condition } from '@temporalio/workflow';",
  "export { ApplicationFailure } from '@temporalio/common';",
  "export { claimLifecycle } from './claim/states.js';",
  'export const it = new Date(Date.now()).toISOString();',
  'export const it = Date.UTC(2012, 9, 29);',
];

// None of the rules in question needs types, and loading them takes longer than everything else here.
const linter = new ESLint({ overrideConfig: [tseslint.configs.disableTypeChecked] });

async function rulesAgainst(code: string, filePath: string): Promise<(string | null)[]> {
  const results = await linter.lintText(`${code}\n`, { filePath });
  return results.flatMap(({ messages }) => messages.map(({ ruleId }) => ruleId));
}

it.each(REFUSED)('refuses %s', async (code, rule) => {
  expect(await rulesAgainst(code, IN_A_WORKFLOW)).toContain(rule);
  expect(await rulesAgainst(code, IN_A_CONTRACT)).toContain(rule);
});

it.each(ALLOWED)('allows %s', async (code) => {
  expect(await rulesAgainst(code, IN_A_WORKFLOW)).toEqual([]);
});

it.each(['workflows/index.ts', 'gateway/main.ts', 'scripts/start.mjs', 'test/unit/imports/workflow-code.test.ts'])(
  'refuses promises that nobody waits for in %s',
  async (file) => {
    const { rules } = (await new ESLint().calculateConfigForFile(file)) as { rules: Record<string, unknown[]> };
    expect(rules['@typescript-eslint/no-floating-promises']?.[0]).toBe(2);
  },
);
