/**
 * Lint rules beyond what the compiler checks. TypeScript is linted with types, scripts for their promises alone. What ends up in
 * the workflow bundle additionally keeps Temporal's determinism: nothing that reads the machine, the network or the locale.
 */
import { builtinModules } from 'node:module';
import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** The lifecycles, the contracts that they know their activities by, and what hands traces on. */
const BUNDLED = ['workflows/**/*.ts', 'activities/*/contract.ts', 'activities/callback.ts', 'workers/trace-headers.ts'];

/** Bare names of Node's own modules, their sub-paths included (`fs`, `fs/promises`). */
const BUILT_IN = builtinModules.filter((name) => /^[a-z]/.test(name) && !name.includes(':')).join('|');

const NOT_IMPORTED_BY_WORKFLOWS = [
  {
    regex: `^(node:.*|${BUILT_IN})$`,
    message: 'Workflow code runs in a sandbox without Node: do it in an activity.',
  },
  {
    regex: `^(?!\\.{1,2}/|@temporalio/(workflow|common)$|node:|(${BUILT_IN})$)`,
    message:
      'Workflow code imports @temporalio/workflow, @temporalio/common and its own files alone: do it in an activity.',
  },
];

/** Globals that differ between machines or runs, or that the sandbox lacks; with what to use instead. */
const NOT_IN_WORKFLOWS = [
  ['process', 'settings reach a workflow as its input'],
  ['fetch', 'outside calls are made by activities'],
  ['crypto', 'use uuid4() of @temporalio/workflow, or digest() of the kernel'],
  ['performance', 'use Date.now(), which is workflow time'],
  ['setInterval', 'use a clock of the lifecycle'],
  ['setImmediate', 'use condition() of @temporalio/workflow'],
  ['Buffer', 'the sandbox has none; keep values JSON-safe'],
  ['Intl', 'its answers depend on the locale and on the release of Node'],
  ['WeakRef', 'it depends on garbage collection'],
  ['FinalizationRegistry', 'it depends on garbage collection'],
].map(([name, message]) => ({ name, message: `Not in workflow code: ${message}.` }));

const NOT_SAID_BY_WORKFLOWS = [
  {
    selector: "NewExpression[callee.name='Date'][arguments.length=0], CallExpression[callee.name='Date']",
    message: 'Say which instant: Date.now(), or new Date(milliseconds).',
  },
  {
    selector: "NewExpression[callee.name='Date'][arguments.length>1]",
    message: "These numbers are read in the worker's time zone: use new Date(Date.UTC(…)).",
  },
  {
    selector: 'MemberExpression[property.name=/^([gs]et(FullYear|Month|Date|Day|Hours|Minutes)|getTimezoneOffset)$/]',
    message: "It depends on the worker's time zone: use the UTC method.",
  },
  {
    selector: 'MemberExpression[property.name=/^(toLocale\\w*|localeCompare|to(Date|Time)String)$/]',
    message: "It depends on the worker's locale or time zone: use toISOString(), or compare with < and >.",
  },
  { selector: 'ImportExpression', message: 'The workflow bundle is built whole: import at the top.' },
];

const withTypes = { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } };

export default defineConfig(
  globalIgnores(['dist/', 'coverage/', '.throughline/', 'test/.tmp/', 'test/.artefacts/']),
  js.configs.recommended,
  { rules: { eqeqeq: 'error' } },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: withTypes,
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/return-await': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // A caught failure is unknown, also where it is kept for a while before it is thrown on.
      '@typescript-eslint/only-throw-error': ['error', { allowThrowingUnknown: true }],
      // It does not see that a decorator uses the value.
      'no-useless-assignment': 'off',
      // An async function without await is how a synchronous answer fulfils a contract that promises one.
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: {
      // Scripts run in Node as they are: whatever this Node has, they have.
      globals: Object.fromEntries(Object.getOwnPropertyNames(globalThis).map((name) => [name, 'readonly'])),
    },
  },
  {
    files: ['**/*.mjs'],
    extends: [tseslint.configs.base],
    languageOptions: withTypes,
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
    },
  },
  {
    files: ['console/public/*.js'],
    languageOptions: { globals: { window: 'readonly', document: 'readonly' } },
  },
  {
    // Long-lived processes speak through their structured log, once they have one.
    files: ['gateway/**', 'services/**', 'workers/**', 'activities/**', 'workflows/**'],
    rules: { 'no-console': ['error', { allow: ['warn', 'error'] }] },
  },
  {
    files: ['test/**'],
    rules: {
      // Tests take methods off their objects to hand them to Temporal's mocks, and read answers of any shape.
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
    },
  },
  {
    files: BUNDLED,
    rules: {
      'no-restricted-imports': ['error', { patterns: NOT_IMPORTED_BY_WORKFLOWS }],
      'no-restricted-globals': ['error', { globals: NOT_IN_WORKFLOWS, checkGlobalObject: true }],
      'no-restricted-syntax': ['error', ...NOT_SAID_BY_WORKFLOWS],
    },
  },
);
