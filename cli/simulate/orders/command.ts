/** `throughline simulate orders`: orders under load and faults, and what must hold at the end. */
import { Command } from 'commander';
import { ThroughlineClient } from '../../../client/index.js';
import { FaultsClient } from '../../fault/faults-client.js';
import { wordOf } from '../../fault/words.js';
import { Patience } from '../../intake/patience.js';
import { progressOn } from '../../intake/progress.js';
import { surroundings } from '../../intake/surroundings.js';
import { conclude } from '../conclusion.js';
import { interruptible } from '../interruption.js';
import type { Played } from '../load.js';
import { loadOptions, type LoadFlags } from '../options.js';
import { Reconciler } from '../reconciler.js';
import type { ClosingReport } from '../soundness.js';
import { lineOf } from '../tally.js';
import { during } from '../weather.js';
import { Catalogue } from './catalogue.js';
import { reportOn } from './check.js';
import { plansOf, simulateOrders } from './simulation.js';
import { STORIES, type Plan } from './stories.js';

const PATIENCE_MS = 150_000;
const MINUTE_MS = 60_000;
/** What orders are compared with. */
const PAIRS = ['orders-payments', 'orders-inventory', 'orders-shipping', 'records-temporal'] as const;

export function ordersCommand(): Command {
  return loadOptions(new Command('orders'))
    .summary('orders of all kinds, while things go wrong')
    .description(
      'Places orders at a rate while the reference services go wrong on purpose, plays customers, carriers and banks by a stated mix, ' +
        "heals by reconciliation what got lost, and checks the invariants against the services' books and the journals. Exit code 1: " +
        'one is broken. Faults are switched off again at the end; Ctrl-C ends it early, with the figures until then.',
    )
    .addHelpText(
      'after',
      `\nOf a hundred orders:\n${mix()}\n\nExample:\n  $ throughline simulate orders --count 1000 --rate 20 --faults default`,
    )
    .action(async (_: unknown, command: Command) => {
      const flags = command.optsWithGlobals<LoadFlags>();
      const { report, played, plans } = await run(flags);
      conclude(report, besides(played, plans), flags);
    });
}

const mix = (): string =>
  STORIES.map(({ share, name, means }) => `  ${String(share).padStart(2)}  ${name.padEnd(22)} ${means}`).join('\n');

async function run(flags: LoadFlags) {
  const { temporal, gateway, services } = await surroundings(flags.stateDir, process.env);
  const client = new ThroughlineClient({
    gateway,
    source: '/cli/simulate',
    ...(temporal === undefined ? {} : { temporal }),
  });
  const progress = progressOn(process.stderr, 'orders');
  const patience = new Patience(PATIENCE_MS, (line) => progress.notice(`simulate: ${line}`));
  const shop = new Catalogue(flags.run);
  const plans = plansOf(flags, shop);
  const reconciler = new Reconciler(client, 'order', PAIRS, (id) => plans.has(id));
  progress.notice(opening(flags));
  try {
    const played = await interruptible('no more orders come in, and the faults are switched off', (stop) =>
      during(flags.faults, flags.seed, new FaultsClient(services), () =>
        simulateOrders(
          {
            plans,
            shop,
            rate: flags.rate,
            speed: flags.speed,
            people: flags.people,
            mostMs: flags.minutes * MINUTE_MS,
          },
          {
            client,
            services,
            reconciler,
            patience,
            stop,
            counted: (tally) => progress.update(tally.ended / tally.total, lineOf(tally)),
          },
        ),
      ),
    );
    progress.end();
    const openFindings = await patience.call(() => reconciler.open());
    const report: ClosingReport = await reportOn(played, { client, services, shop, patience, openFindings });
    return { report, played, plans };
  } finally {
    progress.end();
    await client.close();
  }
}

/** What is about to happen, in one line. */
function opening({ count, rate, run, faults, people, speed }: LoadFlags): string {
  const wrong = faults.map(({ kind, rate: share, next }) =>
    next === undefined
      ? `${wordOf(kind)} ${Number(((share ?? 0) * 100).toFixed(2))} %`
      : `${wordOf(kind)} next ${next}`,
  );
  return (
    `simulate: ${count} orders of run ${run}, ${rate} per second, ${speed}; faults: ${wrong.join(', ') || 'none'}; ` +
    (people ? 'what waits for people is decided once all have come in' : 'nobody decides what waits for people')
  );
}

/** What became of the orders, for people. */
function besides({ submitted, entities }: Played, plans: ReadonlyMap<string, Plan>): Array<[string, string]> {
  const known = submitted.flatMap((id) => entities.get(id) ?? []);
  const open = known.filter(({ closed }) => !closed);
  return [
    ['orders', `${submitted.length}: ${counts(submitted.map((id) => plans.get(id)?.story ?? ''))}`],
    ['ended', `${known.length - open.length}: ${counts(known.flatMap(({ outcome }) => outcome ?? []))}`],
    ['open', open.length === 0 ? '0' : `${open.length}: ${counts(open.map(({ state }) => state))}`],
  ];
}

/** `12 lost, 3 returned`, the most first. */
function counts(words: readonly string[]): string {
  const times = new Map<string, number>();
  for (const word of words) times.set(word, (times.get(word) ?? 0) + 1);
  return [...times]
    .sort(([, a], [, b]) => b - a)
    .map(([word, n]) => `${n} ${word}`)
    .join(', ');
}
