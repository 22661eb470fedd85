/** `throughline outbox status|list|retry`: events on their way out, and what of them somebody has to look at. */
import { Command } from 'commander';
import pg from 'pg';
import type { Broker } from '../events/broker/broker.js';
import { brokerSettings, openBroker } from '../events/broker/open.js';
import { Outbox } from '../events/relay/outbox.js';
import type { GlobalOptions } from './connect.js';
import { surroundings } from './intake/surroundings.js';
import { databaseUrl, DatabaseUnreachable } from './journal/database.js';
import { minuteOf, print, printJson, printTable } from './output.js';
import { wholeNumber } from './values.js';

const LIMIT = 100;

interface Flags {
  readonly json?: true;
}

interface ListFlags extends Flags {
  readonly all?: true;
  readonly limit: number;
}

interface RetryFlags extends Flags {
  readonly subscription?: string;
}

/** Where events wait: the outboxes of records and subscribers, and the broker. */
interface Places {
  readonly outboxes: readonly Outbox[];
  readonly broker: Broker;
}

export function outboxCommand(): Command {
  return new Command('outbox')
    .description(
      `Events leave in three steps: written to an outbox, relayed to the broker, handled by each subscription. An event that the broker
refuses is parked in its outbox, and its entity waits behind it. A delivery that a subscription cannot handle is parked for that
subscription alone, and the events behind it go on.`,
    )
    .addHelpText(
      'after',
      `
Servers: DATABASE_URL, THROUGHLINE_BROKER and NATS_URL, else what "npm start" wrote into the state folder.

Examples:
  $ throughline outbox status
  $ throughline outbox list
  $ throughline outbox retry order/O-17/9
  $ throughline outbox retry --subscription billing`,
    )
    .addCommand(statusCommand())
    .addCommand(listCommand())
    .addCommand(retryCommand());
}

function statusCommand(): Command {
  return new Command('status')
    .summary('how many wait, and how long the oldest has waited')
    .option('--json', 'print it as one line of JSON')
    .action((flags: Flags, command: Command) =>
      withPlaces(command, async ({ outboxes, broker }) => {
        const waiting = (await Promise.all(outboxes.map(rowsOf))).flat();
        const subscriptions = await broker.lag();
        if (flags.json) return printJson({ outboxes: waiting, subscriptions });
        if (waiting.length === 0) print('Every event is with the broker.');
        else
          printTable(
            ['outbox', 'lifecycle', 'waiting', 'oldest', 'parked'],
            waiting.map((row) => [
              row.outbox,
              row.lifecycle,
              `${row.waiting}`,
              seconds(row.oldestSeconds),
              `${row.parked}`,
            ]),
          );
        print('');
        printTable(
          ['subscription', 'waiting', 'oldest', 'parked'],
          subscriptions.map((row) => [row.subscription, `${row.waiting}`, seconds(row.oldestSeconds), `${row.parked}`]),
        );
      }),
    );
}

const rowsOf = async (outbox: Outbox) => (await outbox.lag()).map((lag) => ({ outbox: nameOf(outbox), ...lag }));

const seconds = (value: number | undefined): string => (value === undefined ? '' : `${value.toFixed(1)} s`);

function listCommand(): Command {
  return new Command('list')
    .summary('events that the broker refuses, and deliveries that were set aside, with the reason')
    .option('--all', 'also events that only wait')
    .option('--limit <number>', 'how many at most of each', wholeNumber, LIMIT)
    .option('--json', 'print one line of JSON per event')
    .action(({ all, limit, json }: ListFlags, command: Command) =>
      withPlaces(command, async ({ outboxes, broker }) => {
        const events = await Promise.all(
          outboxes.map(async (outbox) =>
            (await outbox.waiting(all !== true, limit)).map((event) => ({ where: nameOf(outbox), ...event })),
          ),
        );
        const deliveries = (await broker.parked(limit)).map(({ subscription, ...delivery }) => ({
          where: subscription,
          ...delivery,
        }));
        const found = [...events.flat(), ...deliveries];
        if (json) return found.forEach(printJson);
        printTable(
          ['where', 'event', 'type', 'parked', 'reason'],
          found.map(({ where, id, type, parkedAt, reason }) => [
            where,
            id,
            type,
            parkedAt === undefined ? '' : minuteOf(parkedAt),
            reason ?? '',
          ]),
          ['type'],
        );
      }),
    );
}

function retryCommand(): Command {
  return new Command('retry')
    .summary('publish refused events again, or deliver parked ones once more')
    .argument('[event]', 'its id, as in the list (default: all that are parked)')
    .option(
      '--subscription <name>',
      'deliver to this subscription what was parked for it; without it the outboxes are meant',
    )
    .option('--json', 'print the answer as one line of JSON')
    .action((event: string | undefined, { subscription, json }: RetryFlags, command: Command) =>
      withPlaces(command, async ({ outboxes, broker }) => {
        const counts =
          subscription === undefined
            ? await Promise.all(outboxes.map((outbox) => outbox.retry(event)))
            : [await broker.retry(subscription, event)];
        const retried = counts.reduce((sum, count) => sum + count, 0);
        if (json) printJson({ retried });
        else print(`${retried} tried again`);
        // Somebody meant an event that is not parked there.
        if (event !== undefined && retried === 0) process.exitCode = 1;
      }),
    );
}

/** `throughline.outbox`, or the subscriber's name. */
const nameOf = ({ table }: Outbox): string => table.replace(/^sub_(.*)[.]outbox$/, '$1');

/** Runs something with database and broker and lets go of both. @throws DatabaseUnreachable, or what the broker says */
async function withPlaces(command: Command, use: (places: Places) => Promise<void>): Promise<void> {
  const { stateDir } = await surroundings(command.optsWithGlobals<GlobalOptions>().stateDir, process.env);
  const url = await databaseUrl(stateDir, process.env);
  if (url === undefined)
    throw new DatabaseUnreachable('DATABASE_URL is not set, and no fleet runs from the state folder');
  const pool = new pg.Pool({ connectionString: url, application_name: 'throughline-cli', max: 2 });
  pool.on('error', () => undefined);
  try {
    const broker = await openBroker(brokerSettings({ ...process.env, DATABASE_URL: url }), {
      applicationName: 'throughline-cli',
    });
    try {
      await use({ outboxes: await outboxesIn(pool), broker });
    } finally {
      await broker.close();
    }
  } finally {
    await pool.end();
  }
}

/** That of the records, and one for each subscriber that has its tables in this database. */
async function outboxesIn(pool: pg.Pool): Promise<Outbox[]> {
  const { rows } = await pool.query<{ schema: string }>(
    `SELECT schemaname AS schema FROM pg_tables WHERE tablename = 'outbox' AND schemaname LIKE 'sub\\_%' ORDER BY 1`,
  );
  return ['throughline', ...rows.map(({ schema }) => schema)].map((schema) => new Outbox(pool, `${schema}.outbox`));
}
