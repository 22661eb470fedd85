/**
 * Writes what is derived from the gateway's routes: `docs/openapi.json`, the API's document, and `docs/routes.md`, who may use which
 * route and send which message. Run by `npm run generate`; a test checks that both are current.
 */
import 'reflect-metadata';
import { pathToFileURL } from 'node:url';
import { gives, ROLES, type Role } from '../client/roles.js';
import { formatted, writeFiles, type GeneratedFile } from '../events/generate.js';
import { KERNEL_MESSAGES } from '../workflows/lifecycle/kernel-messages.js';
import { routesOf, type Route } from './access/described.js';
import { scopeOf } from './access/scope.js';
import { sendersOf } from './access/senders.js';
import { CONTROLLERS } from './gateway.module.js';
import { Lifecycles } from './lifecycles.js';
import { openApiDocument } from './openapi/document.js';

/** Both files as they should be now. */
export async function generatedFiles(): Promise<readonly GeneratedFile[]> {
  const routes = routesOf(CONTROLLERS);
  const lifecycles = new Lifecycles();
  const document = openApiDocument(routes, lifecycles.all);
  return [
    { path: 'docs/openapi.json', content: await formatted(JSON.stringify(document), 'json') },
    { path: 'docs/routes.md', content: await formatted(routesPage(routes, lifecycles), 'markdown') },
  ];
}

const mark = (yes: boolean): string => (yes ? '✓' : '');

const cells = (may: readonly Role[]): string =>
  ROLES.map((role) => mark(may.some((needed) => gives({ role }, needed)))).join(' | ');

function routesPage(routes: readonly Route[], lifecycles: Lifecycles): string {
  const rows = routes.map(({ method, path, spec }) =>
    spec.may === 'anyone'
      ? `| \`${method} ${path}\` | ✓ | ${ROLES.map(() => '✓').join(' | ')} | |`
      : `| \`${method} ${path}\` | | ${cells(spec.may)} | ${scopeOf(spec, method, path)} |`,
  );
  const everywhere = Object.keys(KERNEL_MESSAGES).map((name) => messageRow('every', name, sendersOf(NO_OWN, name)));
  const own = lifecycles.all.flatMap(({ table }) =>
    Object.keys(table.messages).map((name) => messageRow(table.name, name, sendersOf(table, name))),
  );
  return `# Routes and roles

Generated from what the routes of the gateway say of themselves (\`@Operation\`) by \`npm run generate\`. A test tries every cell against a
running gateway, with tokens that are good, bad, expired and foreign. What roles are, and how one gets a token: [security](security.md).

## Routes

\`entity\`: the role must be granted for the lifecycle in the path. \`some\`: for any lifecycle, and the answer holds what the asker may
see. \`fleet\`: for every lifecycle at once. Callbacks are for anyone whose signature is good.

| route | without a token | ${ROLES.join(' | ')} | for |
| --- | :-: | ${ROLES.map(() => ':-:').join(' | ')} | --- |
${rows.join('\n')}

## Messages

Who may send what by \`POST /api/entities/:lifecycle/:id/messages/:name\`. Giving a review task to somebody else takes a supervisor.

| lifecycle | message | ${ROLES.join(' | ')} |
| --- | --- | ${ROLES.map(() => ':-:').join(' | ')} |
${[...everywhere, ...own].join('\n')}
`;
}

const NO_OWN = { name: '', messages: {} };

const messageRow = (lifecycle: string, name: string, may: readonly Role[]): string =>
  `| ${lifecycle} | \`${name}\` | ${cells(may)} |`;

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await writeFiles(process.cwd(), await generatedFiles());
}
