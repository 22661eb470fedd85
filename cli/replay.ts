/** `throughline replay --from-server`: what a rollout of this build would break, before it breaks it. */
import { isGrpcServiceError, type Client, type Connection } from '@temporalio/client';
import { Command, InvalidArgumentError } from 'commander';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { Unreachable } from '../client/errors.js';
import { callTemporal, isNotFound, temporalClient } from '../client/temporal.js';
import type { Recorded, Replayed } from '../workers/replay.js';
import { searchAttributes } from '../workflows/lifecycle/search-attributes.js';
import { LIFECYCLES } from '../workflows/lifecycles.js';
import type { GlobalOptions } from './connect.js';
import { progressOn } from './intake/progress.js';
import { surroundings } from './intake/surroundings.js';
import { bold, print, printJson, red } from './output.js';

interface Flags extends GlobalOptions {
  readonly query: string;
  readonly limit?: number;
  readonly code?: string;
  readonly json?: true;
}

/** One run on the server, with its history. */
interface Run extends Recorded {
  readonly runId: string;
  /** Where the Temporal UI last saw the entity. */
  readonly state: string | undefined;
}

/** A run that this code would not go on with. */
interface Break extends Omit<Run, 'history'> {
  readonly difference: string;
}

/** Workflow types of others in the same namespace are none of our code's. */
const OURS = `WorkflowType IN (${LIFECYCLES.map(({ name }) => `'${name}'`).join(', ')})`;
/** Runs that one request lists; their histories are fetched one by one, when it is their turn. */
const PAGE = 100;
/** For one history, in milliseconds: a large one comes in many pages. */
const HISTORY_TIMEOUT_MS = 60_000;
/** What went wrong is not what a replay looks for: nothing is known of the code then. */
const NOT_TOLD = 2;
/** The gRPC status of a query that is none. */
const INVALID_ARGUMENT = 3;

/** Replays runs of the server; sets the exit code to 1 where one would break, and ends with 2 where that cannot be told. */
export function replayCommand(): Command {
  return new Command('replay')
    .description(
      'Fetches the histories of entities from Temporal and replays each against the workflow code of this build: the same ' +
        'commands must come out, and every activity must be given the same arguments, byte for byte. Changes nothing.',
    )
    .requiredOption('--from-server', 'replay what the Temporal server holds')
    .option('--query <query>', 'which runs, as a visibility query of Temporal', "ExecutionStatus = 'Running'")
    .option('--limit <n>', 'at most so many', wholeNumber)
    .option('--code <folder>', 'other workflow code than this build has: a folder with an index.js or index.ts')
    .option('--json', 'print one line of JSON per run that would break, and one of totals')
    .addHelpText(
      'after',
      `
Exit code: 0 when all replay, 1 when some would break, 2 when that could not be found out.

Examples:
  $ throughline replay --from-server
  $ throughline replay --from-server --query "BusinessState = 'PaymentPending'" --limit 500
  $ throughline replay --from-server --query "ExecutionStatus = 'Completed' AND CloseTime > '2026-01-31T00:00:00Z'"`,
    )
    .action(async (_: unknown, command: Command) => {
      const flags = command.optsWithGlobals<Flags>();
      try {
        if ((await replayFromServer(flags)) > 0) process.exitCode = 1;
      } catch (err) {
        process.stderr.write(`throughline: ${err instanceof Error ? err.message : String(err)}\n`);
        process.exitCode = NOT_TOLD;
      }
    });
}

/** @returns how many runs would break */
async function replayFromServer(flags: Flags): Promise<number> {
  const root = flags.code === undefined ? undefined : rootOf(flags.code);
  const { temporal } = await surroundings(flags.stateDir, process.env);
  const client = temporalClient(temporal);
  try {
    const { breaks, replayed } = await replayAll(client, flags, root);
    show(breaks, replayed, flags);
    return breaks.length;
  } catch (err) {
    throw refusal(err, client, flags) ?? err;
  } finally {
    await client.connection.close();
  }
}

async function replayAll(client: Client, flags: Flags, root?: string): Promise<{ breaks: Break[]; replayed: number }> {
  // The SDK's worker is large: no other command loads it.
  const { observedBundle, quietRuntime, replayHistories } = await import('../workers/replay.js');
  const query = `${OURS} AND (${flags.query})`;
  const { count } = await callTemporal(client, () => client.workflow.count(query));
  const total = Math.min(count, flags.limit ?? Infinity);
  quietRuntime();
  const bundle = await observedBundle(root === undefined ? {} : { root });
  const breaks: Break[] = [];
  let replayed = 0;
  const progress = progressOn(process.stderr, 'replay');
  try {
    for await (const result of replayHistories(bundle, runs(client, query, flags.limit))) {
      replayed++;
      const broken = breakIn(result);
      if (broken) breaks.push(broken);
      progress.update(Math.min(replayed / total, 1), `${replayed} of ${total} replayed, ${breaks.length} would break`);
    }
  } finally {
    progress.end();
  }
  return { breaks, replayed };
}

/** The runs that a query finds; at most one history is in memory at a time. */
async function* runs(client: Client, query: string, limit = Infinity): AsyncGenerator<Run> {
  const found = client.workflow.list({ query, pageSize: PAGE })[Symbol.asyncIterator]();
  for (let given = 0; given < limit;) {
    const next = await callTemporal(client, () => found.next());
    if (next.done) return;
    const { workflowId, runId, typedSearchAttributes } = next.value;
    const history = await historyOf(client, workflowId, runId);
    if (!history) continue;
    given++;
    yield { workflowId, runId, state: typedSearchAttributes.get(searchAttributes.state), history };
  }
}

/** Undefined: it is gone since it was listed. */
async function historyOf(client: Client, workflowId: string, runId: string): Promise<Recorded['history'] | undefined> {
  const handle = client.workflow.getHandle(workflowId, runId);
  try {
    return await callTemporal(client, () => handle.fetchHistory(), HISTORY_TIMEOUT_MS);
  } catch (err) {
    if (isNotFound(err)) return undefined;
    throw err;
  }
}

function breakIn({ given, sdk, differences }: Replayed<Run>): Break | undefined {
  // Once the commands differ, arguments are those of other calls. What follows the first line is a stack.
  const difference = sdk === undefined ? differences[0] : sdk.split('\n')[0];
  if (difference === undefined) return undefined;
  const { workflowId, runId, state } = given;
  return { workflowId, runId, state, difference };
}

function show(breaks: readonly Break[], replayed: number, { json, query }: Flags): void {
  if (json) {
    for (const broken of breaks) printJson(broken);
    return printJson({ replayed, broken: breaks.length });
  }
  for (const { workflowId, runId, state, difference } of breaks) {
    print(`${bold(workflowId)} in ${state ?? 'an unknown state'} (run ${runId})\n  ${difference}`);
  }
  if (replayed === 0) print(`nothing to replay: no run of ours on the server is one with ${query}`);
  else if (breaks.length === 0) print(`${replayed} replayed, none would break`);
  else print(`${replayed} replayed, ${red(`${breaks.length} would break`)}`);
}

/** What a person can mend of a request's failure: the address, or the query that they wrote. */
function refusal(err: unknown, { connection }: Client, { query }: Flags): Error | undefined {
  if (err instanceof Unreachable) {
    const { address } = (connection as Connection).options;
    return new Error(`Temporal at ${address} cannot be reached; start it, or set TEMPORAL_ADDRESS`, { cause: err });
  }
  const cause = err instanceof Error ? err.cause : undefined;
  return isGrpcServiceError(cause) && (cause.code as number) === INVALID_ARGUMENT
    ? new Error(`--query ${query} is not understood by Temporal: ${cause.details}`, { cause: err })
    : undefined;
}

function rootOf(folder: string): string {
  const root = ['index.js', 'index.ts'].map((file) => path.resolve(folder, file)).find((file) => existsSync(file));
  if (root !== undefined) return root;
  throw new Error(
    `--code ${folder} has no index.js and no index.ts: name a folder of workflows, such as dist/workflows`,
  );
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && Number.isSafeInteger(number)) return number;
  throw new InvalidArgumentError('Give a whole number from 1.');
}
