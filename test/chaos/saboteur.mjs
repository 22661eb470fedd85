/**
 * Preloaded into a worker of the fleet (`node --import`), it ends the process by SIGKILL at one chosen point around the commit of
 * a journal entry or in the middle of a workflow task, and makes some activities hang until their time-outs have struck.
 *
 * What runs is the product's own worker, compiled; nothing in it knows of this file. `CHAOS_PLAN` is a {@link Plan} as JSON.
 */
import { writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setTimeout as pause } from 'node:timers/promises';
import { isMainThread } from 'node:worker_threads';
import { Dice } from './dice.mjs';

/**
 * Where a process can die. Of an activity: its carrier has `arrived`; `beforeCommit`, its statement is about to be sent;
 * `duringCommit`, it is sent and not answered; `afterCommit`, it is answered and the call not made; `answered`, the call is made
 * and its result not reported. Of a workflow task: it has `begun`; it is `decided`, and its commands not reported.
 *
 * @typedef {'arrived' | 'beforeCommit' | 'duringCommit' | 'afterCommit' | 'answered' | 'begun' | 'decided'} Point
 */

/**
 * @typedef {object} Plan
 * @property {string} bundle path of the workflow bundle that takes the place of the product's
 * @property {number} seed of the choice of what hangs
 * @property {{ readonly point: Point, readonly nth: number }} [kill] at which passing of which point the process dies
 * @property {Readonly<Record<string, number>>} hang share of an activity's executions that hang, by its type; `*`: of all others;
 *   `append`: of the statements that write entries
 * @property {number} hangMs how long; above the time-outs of `impatience.workflows.ts`
 */

// The threads that run workflow code load this file too, and have nothing to do with it.
if (isMainThread) await sabotage(/** @type {Plan} */ (JSON.parse(process.env['CHAOS_PLAN'] ?? '')));

/** @param {Plan} plan */
async function sabotage(plan) {
  const require = createRequire(import.meta.url);
  const dice = new Dice(plan.seed);
  let passed = 0;

  /** @param {Point} point */
  const passing = (point) => {
    if (plan.kill?.point !== point || ++passed < plan.kill.nth) return;
    say('killed', point);
    process.kill(process.pid, 'SIGKILL');
  };
  /** @param {string} what */
  const hanging = async (what) => {
    if (dice.next() >= (plan.hang[what] ?? plan.hang['*'] ?? 0)) return;
    say('hung', what);
    await pause(plan.hangMs);
  };

  aroundTheCommit(require('pg').Client, passing, hanging);
  const { Worker } = require('@temporalio/worker');
  const create = Worker.create;
  Worker.create = (/** @type {any} */ options) =>
    create.call(Worker, options.workflowBundle ? workflows(options, plan) : activities(options, passing, hanging));
  // Of the SDK, where a workflow task goes to the thread that runs it and comes back.
  const { WorkerThreadClient } = require('@temporalio/worker/lib/workflow/threaded-vm');
  const send = WorkerThreadClient.prototype.send;
  WorkerThreadClient.prototype.send = async function (/** @type {any} */ input) {
    if (input.type !== 'activate-workflow') return send.call(this, input);
    passing('begun');
    const decided = await send.call(this, input);
    passing('decided');
    return decided;
  };
}

/**
 * A statement that hangs is sent when a later carrier has long moved the row that it goes by.
 *
 * @param {{ prototype: { query: (...args: any[]) => unknown } }} client PostgreSQL's
 * @param {(point: Point) => void} passing
 * @param {(what: string) => Promise<void>} hanging
 */
function aroundTheCommit({ prototype }, passing, hanging) {
  const query = prototype.query;
  prototype.query = function (/** @type {any} */ config, /** @type {any[]} */ ...rest) {
    if (config?.name !== 'records-append') return query.call(this, config, ...rest);
    const done = rest.at(-1);
    if (typeof done !== 'function') throw new TypeError('the pool is expected to ask for a callback');
    const answered = (/** @type {any} */ error, /** @type {any} */ result) => {
      if (!error && result.rows[0]?.moved === true) passing('afterCommit');
      done(error, result);
    };
    void hanging('append').then(() => {
      passing('beforeCommit');
      query.call(this, config, ...rest.slice(0, -1), answered);
      passing('duringCommit');
    });
    return undefined;
  };
}

/** @param {any} options @param {Plan} plan */
function workflows(options, { bundle }) {
  // A task that waits for the cache of a dead process goes to another one soon.
  return { ...options, workflowBundle: { codePath: bundle }, stickyQueueScheduleToStartTimeout: '2 seconds' };
}

/**
 * Half of what hangs does so before its entries are written: they then come late, after those of a later carrier.
 *
 * @param {any} options
 * @param {(point: Point) => void} passing
 * @param {(activityType: string) => Promise<void>} hanging
 */
function activities(options, passing, hanging) {
  const sabotaged = (/** @type {any} */ { info }) => ({
    inbound: {
      async execute(/** @type {any} */ input, /** @type {(input: any) => Promise<unknown>} */ next) {
        passing('arrived');
        await hanging(info.activityType);
        const result = await next(input);
        await hanging(info.activityType);
        passing('answered');
        return result;
      },
    },
  });
  return { ...options, interceptors: { activity: [sabotaged, ...options.interceptors.activity] } };
}

/** To whoever has started the process, at once: nothing is left unsaid by a kill. @param {string} what @param {string} of */
function say(what, of) {
  writeSync(1, `chaos: ${what} ${of}\n`);
}
