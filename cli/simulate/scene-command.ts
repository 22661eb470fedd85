/** `throughline simulate <lifecycle>`: its entities under load and faults, and what must hold at the end. */
import { Command } from 'commander';
import { wordOf } from '../fault/words.js';
import { Patience } from '../intake/patience.js';
import { progressOn } from '../intake/progress.js';
import { connect } from '../connect.js';
import { surroundings } from '../intake/surroundings.js';
import { reportOn } from './check.js';
import { conclude } from './conclusion.js';
import { interruptible } from './interruption.js';
import type { Played } from './load.js';
import { loadOptions, type LoadFlags } from './options.js';
import { perform } from './perform.js';
import { Reconciler } from './reconciler.js';
import type { Scene } from './scene.js';
import type { Plan } from './stories.js';
import { lineOf } from './tally.js';
import { during } from './weather.js';

const PATIENCE_MS = 150_000;
const MINUTE_MS = 60_000;

/** The command of a scene. */
export function sceneCommand(scene: Scene): Command {
  const { plural, summary, description, stories, speeds } = scene;
  const mix = stories.map(({ share, name, means }) => `  ${String(share).padStart(2)}  ${name.padEnd(22)} ${means}`);
  return loadOptions(new Command(plural), speeds)
    .summary(summary)
    .description(
      `${description} Exit code 1: one is broken. Faults are switched off again at the end; Ctrl-C ends it early, with the figures until then.`,
    )
    .addHelpText(
      'after',
      `\nOf a hundred ${plural}:\n${mix.join('\n')}\n\nExample:\n  $ throughline simulate ${plural} --count 1000 --rate 20 --faults default`,
    )
    .action(async (_: unknown, command: Command) => {
      const flags = command.optsWithGlobals<LoadFlags>();
      const { report, played, plans } = await run(scene, flags);
      conclude(report, besides(plural, played, plans), flags);
    });
}

async function run(scene: Scene, flags: LoadFlags) {
  const found = await surroundings(flags.stateDir, process.env);
  const { services } = found;
  const client = await connect(found, { source: '/cli/simulate' });
  const { lifecycle, plural, pairs } = scene;
  const progress = progressOn(process.stderr, plural);
  const patience = new Patience(PATIENCE_MS, (line) => progress.notice(`simulate: ${line}`));
  const cast = scene.cast(flags);
  const { plans } = cast;
  const reconciler = new Reconciler(client, lifecycle.name, pairs, (id) => plans.has(id));
  progress.notice(opening(plural, flags));
  try {
    const played = await interruptible(`no more ${plural} come in, and the faults are switched off`, (stop) =>
      during(flags.faults, flags.seed, client.faults, () =>
        perform(
          {
            scene,
            cast,
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
    const submitted = new Set(played.submitted);
    const known = new Map([...played.entities].filter(([id]) => submitted.has(id)));
    const books = await patience.call(() => cast.books(services, known));
    const report = await reportOn(played, { client, lifecycle, books, patience, openFindings });
    return { report, played, plans };
  } finally {
    progress.end();
    await client.close();
  }
}

/** What is about to happen, in one line. */
function opening(plural: string, { count, rate, run, faults, people, speed }: LoadFlags): string {
  const wrong = faults.map(({ kind, rate: share, next }) =>
    next === undefined
      ? `${wordOf(kind)} ${Number(((share ?? 0) * 100).toFixed(2))} %`
      : `${wordOf(kind)} next ${next}`,
  );
  return (
    `simulate: ${count} ${plural} of run ${run}, ${rate} per second, ${speed}; faults: ${wrong.join(', ') || 'none'}; ` +
    (people ? 'what waits for people is decided once all have come in' : 'nobody decides what waits for people')
  );
}

/** What became of the entities, for people. */
function besides(
  plural: string,
  { submitted, entities }: Played,
  plans: ReadonlyMap<string, Plan>,
): Array<[string, string]> {
  const known = submitted.flatMap((id) => entities.get(id) ?? []);
  const open = known.filter(({ closed }) => !closed);
  return [
    [plural, `${submitted.length}: ${counts(submitted.map((id) => plans.get(id)?.story ?? ''))}`],
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
