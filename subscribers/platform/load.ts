/** From the configuration to the subscribers that a process runs: each step is the module `step` of a folder of its name. */
import { access } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { completion } from '../completion/completion.js';
import type { Chain } from './chain.js';
import type { Step } from './step.js';
import { stepSubscriber } from './step-subscriber.js';
import type { Definition } from './subscriber.js';

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
/** `.js` where this is compiled, `.ts` where it is not. */
const EXTENSION = import.meta.url.slice(import.meta.url.lastIndexOf('.'));

/**
 * All subscribers of the chains.
 * @param folders where a step's folder is looked for, in this order, as `file:` URLs that end with a slash
 * @throws Error that names the step and says what is wrong with it
 */
export async function load(chains: readonly Chain[], folders: readonly URL[]): Promise<Definition[]> {
  const definitions: Definition[] = [];
  for (const chain of chains) {
    for (const chainStep of chain.steps) {
      const { name } = chainStep;
      if (!NAME.test(name))
        throw new Error(`step ${JSON.stringify(name)}: a name is lower-case letters, digits and dashes`);
      const step = await moduleOf(name, folders);
      if (step.after !== undefined && !chain.steps.some((other) => other.name === step.after))
        throw new Error(
          `step ${name} works from ${step.after}, which is no step of its chain: add it to the configuration`,
        );
      definitions.push(stepSubscriber(chain, chainStep, step));
    }
    definitions.push(
      completion(chain, chains.length === 1 ? 'completion' : `completion-${chain.begins.split('.')[2]}`),
    );
  }
  const twice = definitions.find(({ name }, i) => definitions.findIndex((other) => other.name === name) !== i);
  if (twice) throw new Error(`subscriber ${twice.name} is configured twice: a step belongs to one chain`);
  return definitions;
}

async function moduleOf(name: string, folders: readonly URL[]): Promise<Step> {
  for (const folder of folders) {
    const file = new URL(`${name}/step${EXTENSION}`, folder);
    const found = await access(file).then(
      () => true,
      () => false,
    );
    if (!found) continue;
    const { step } = (await import(file.href)) as { readonly step?: Step };
    if (typeof step?.perform === 'function' && typeof step.tables === 'string') return step;
    throw new Error(`${fileURLToPath(file)} exports no "step" with "tables" and "perform"`);
  }
  throw new Error(
    `step ${name} has no folder: none of ${folders.map((folder) => fileURLToPath(folder)).join(', ')} has ${name}/step${EXTENSION}`,
  );
}
