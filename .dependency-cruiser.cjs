/**
 * Who may import whom. The table is the rule: what is not in it is refused. `npm run verify` checks it, and
 * `test/unit/imports.test.ts` proves that each line bites.
 */

/** What a journal, a table and a message are: data and pure functions that every side shares (docs/decisions/0010). */
const VOCABULARY =
  'workflows/lifecycle/(answers|canonical|catastrophe|definition|entry|kernel-messages|message|remedies|search-attributes|shape)[.]ts';
/** The schemas of messages and events, and how callbacks are signed. */
const SCHEMAS = 'events/';
/** The lifecycles as data: each one's table, and the list of them. */
const TABLES = 'workflows/([^/]+/(states|regulations)|lifecycles)[.]ts';
/** As types alone: what the client's own methods take and give. */
const MESSAGES = ['workflows/[^/]+/messages[.]ts'];

/** How a process tells what it does: metrics, traces, logs, health. */
const TELEMETRY = 'telemetry/';

/** What reconciliation compares and how it is asked to: names and shapes. */
const PAIRS = 'workflows/reconciliation/pairs[.]ts';
/** As types alone: what entities know, for whoever compares it with what others know. */
const FACTS = 'workflows/[^/]+/facts[.]ts';

/**
 * Our own files that a folder's files may import beside those of the same folder. `types` may be imported as types alone.
 * @type {Readonly<Record<string, { readonly files: readonly string[], readonly types?: readonly string[] }>>}
 */
const MAY_IMPORT = {
  // A contract holds types and the name of its task queue.
  workflows: { files: ['activities/[^/]+/contract[.]ts'] },
  activities: { files: [TELEMETRY, 'records/', SCHEMAS, VOCABULARY, PAIRS], types: [...MESSAGES, FACTS] },
  // Workflow code reaches a worker as a bundle, by its path; the fleet puts the writer into the activities, and starts what waited.
  workers: { files: [TELEMETRY, 'activities/', 'records/', 'client/(start|errors)[.]ts', TABLES, VOCABULARY, PAIRS] },
  client: {
    files: ['telemetry/(temporal|scope|tracing)[.]ts', 'workflows/[^/]+/messages[.]ts', SCHEMAS, VOCABULARY, PAIRS],
  },
  gateway: {
    files: [TELEMETRY, 'client/', 'records/', 'activities/dependencies[.]ts', TABLES, SCHEMAS, VOCABULARY],
    types: MESSAGES,
  },
  cli: {
    files: [
      TELEMETRY,
      'client/',
      'records/',
      'activities/dependencies[.]ts',
      'workers/replay[.]ts',
      TABLES,
      SCHEMAS,
      VOCABULARY,
      PAIRS,
    ],
    types: MESSAGES,
  },
  // It reads by HTTP alone; what the answers look like, and which role gives which, it knows from the client.
  console: {
    files: ['client/roles[.]ts'],
    types: ['client/([^/]*views|audit|catastrophes|dependencies|faults|findings)[.]ts'],
  },
  services: { files: [SCHEMAS, TELEMETRY] },
  subscribers: { files: [SCHEMAS, TELEMETRY] },
  // The relay reads the records' outbox through their pool.
  events: { files: [TELEMETRY, 'workflows/[^/]+/messages[.]ts', TABLES, VOCABULARY, 'records/pool[.]ts'] },
  records: { files: [VOCABULARY, 'telemetry/tracing[.]ts'] },
  examples: { files: ['client/'] },
  // They run before anything is installed or built.
  scripts: { files: [] },
  // What every process tells of itself; it knows which fields are personal.
  telemetry: { files: ['events/personal[.]ts'] },
};

const OURS = `^(${[...Object.keys(MAY_IMPORT), 'bench', 'test'].join('|')})/`;
const starts = (/** @type {readonly string[]} */ paths) => paths.map((path) => `^${path}`);

const folderRules = Object.entries(MAY_IMPORT).flatMap(([folder, { files, types = [] }]) => [
  {
    name: `${folder}-imports`,
    comment: `${folder}/ may import of ours only: ${[folder + '/', ...files, ...types].join(', ')}.`,
    severity: 'error',
    from: { path: `^${folder}/` },
    to: { path: OURS, pathNot: starts([`${folder}/`, ...files, ...types]) },
  },
  ...types.map((path) => ({
    name: `${folder}-imports-types-only`,
    comment: `${folder}/ may import ${path} with "import type" alone.`,
    severity: 'error',
    from: { path: `^${folder}/` },
    to: { path: `^${path}`, dependencyTypesNot: ['type-only'] },
  })),
]);

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...folderRules,
    {
      name: 'workflows-import-temporal-only',
      comment:
        'Workflow code is deterministic: of packages it may import @temporalio/workflow and @temporalio/common alone.',
      severity: 'error',
      from: { path: '^workflows/' },
      to: { pathNot: [OURS, '(^|/)@temporalio/(workflow|common)(/|$)'] },
    },
    {
      name: 'vocabulary-is-pure',
      comment:
        'The shared vocabulary is read outside the workflow sandbox too: it must not lead to the workflow runtime.',
      severity: 'error',
      from: { path: `^${VOCABULARY}` },
      to: { path: '(^|/)@temporalio/workflow(/|$)', reachable: true },
    },
    {
      name: 'services-know-no-temporal',
      comment: 'Domain services, their subscribers and the records work without Temporal.',
      severity: 'error',
      from: { path: '^(services|subscribers|records|events)/' },
      to: { path: '(^|/)@temporalio/' },
    },
    {
      name: 'no-cycles',
      comment: 'Files that load each other cannot be read, tested or moved apart. Types may refer to each other.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-development-packages',
      comment: 'What runs in production is installed in production. events/generate.ts is a development tool.',
      severity: 'error',
      from: { path: OURS, pathNot: ['^(bench|test|scripts)/', '^events/generate[.]ts$'] },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'nothing-unresolved',
      comment: 'The import leads to no file and no installed package.',
      severity: 'error',
      from: {},
      // A build writes dist/; scripts import from there what they run.
      to: { couldNotResolve: true, pathNot: '(^|/)dist/' },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '^dist/'] },
    exclude: { path: '^test/[.]tmp/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
