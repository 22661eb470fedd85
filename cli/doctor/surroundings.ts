/** The processes, and what the environment says. */
import { webhookKey } from '../../events/webhook.js';
import { failed, isBelow, ok, PATIENCE_MS, reasonOf, type Finding } from './check.js';

/** What package.json says in `engines.node`. */
const NODE_20 = '20.19.0';
const NODE_22 = '22.12.0';

/** Variables that hold a whole number above 0 where they are set. */
const NUMBERS = ['THROUGHLINE_WORKFLOW_TASK_SLOTS', 'THROUGHLINE_ACTIVITY_SLOTS', 'THROUGHLINE_RESUMES_PER_SECOND'];

/** Node, and every variable that is checked wherever it is read; values are not repeated, since some are secrets. */
export function environmentFindings(env: NodeJS.ProcessEnv, node = process.versions.node): Finding[] {
  const fits = node.startsWith('20.') ? !isBelow(node, NODE_20) : !isBelow(node, NODE_22);
  const faults = [
    ...NUMBERS.filter((name) => env[name] && !/^[1-9]\d*$/.test(env[name])).map(
      (name) => `${name} is no whole number above 0`,
    ),
    ...(env['DATABASE_URL'] && !/^postgres(ql)?:\/\//.test(env['DATABASE_URL'])
      ? ['DATABASE_URL is not of the form postgres://user:password@host:port/database']
      : []),
    ...secretFaults(env['THROUGHLINE_CALLBACK_SECRET']),
  ];
  return [
    fits ? ok('Node', node) : failed('Node', node, 'install Node 20.19 or later of 20, or 22.12 or later'),
    faults.length === 0
      ? ok('configuration', 'nothing is set that would be refused')
      : failed('configuration', faults.join('; '), 'correct these environment variables'),
  ];
}

function secretFaults(secret: string | undefined): string[] {
  if (!secret) return [];
  try {
    webhookKey(secret);
    return [];
  } catch {
    return ['THROUGHLINE_CALLBACK_SECRET is no whsec_<base64 of at least 24 bytes>'];
  }
}

/** @param name `gateway`, `services` @param url without a slash at its end */
export async function processFinding(name: string, url: string): Promise<Finding> {
  try {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (response.ok) return ok(name, `ready at ${url}`);
    const { detail } = (await response.json().catch(() => ({}))) as { detail?: unknown };
    const why = typeof detail === 'string' ? detail : `it answers ${response.status}`;
    return failed(name, `not ready at ${url}: ${why}`, `look at what its log says, and mend that first`);
  } catch (err) {
    return failed(
      name,
      `it does not answer at ${url} (${reasonOf(err)})`,
      `start it, or set where it is (THROUGHLINE_${name.toUpperCase()}_URL)`,
    );
  }
}
