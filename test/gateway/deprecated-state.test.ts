/** A journal that an older version of a lifecycle wrote, seen through the version that has retired one of its states. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { understood, type LifecycleBinding } from '../../client/binding.js';
import { ThroughlineClient } from '../../client/index.js';
import { Lifecycles } from '../../gateway/lifecycles.js';
import { createPool, openDatabase } from '../../records/pool.js';
import { verifyEntity } from '../../records/verify.js';
import { JournalWriter } from '../../records/writer.js';
import { days, defineLifecycle, type Lifecycle, type StateDefinition } from '../../workflows/lifecycle/definition.js';
import type { Actor, Entry } from '../../workflows/lifecycle/entry.js';
import { setStage, type Stage } from './stage.js';

type State = 'Requested' | 'AwaitingFax' | 'AwaitingForm' | 'Granted';

const permit = (version: number, retired: Partial<StateDefinition<State>>, next: State): Lifecycle<State> =>
  defineLifecycle<State>({
    name: 'permit',
    version,
    initial: 'Requested',
    states: {
      Requested: { means: 'Asked for.', to: [next], deadline: days(1), onDeadline: next, owner: 'clerk' },
      AwaitingFax: {
        means: 'The form is to come by fax.',
        to: ['Granted'],
        deadline: days(30),
        onDeadline: 'Granted',
        waitsFor: 'the fax',
        owner: 'applicant',
        ...retired,
      },
      ...(version > 1 && {
        AwaitingForm: {
          means: 'The form is to be filled in.',
          to: ['Granted'],
          deadline: days(30),
          onDeadline: 'Granted',
          owner: 'applicant',
        },
      }),
      Granted: { means: 'It is granted.', to: [], terminal: true, owner: 'nobody' },
    } as Record<State, StateDefinition<State>>,
    messages: {},
  });

const BEFORE = permit(1, {}, 'AwaitingFax');
const AFTER = permit(2, { deprecated: true }, 'AwaitingForm');

const binding: LifecycleBinding = {
  name: 'permit',
  taskQueue: 'throughline-permit',
  initialState: 'Requested',
  workflowId: (id) => `permit/${id}`,
  notice: z.unknown(),
  idOf: () => '',
  catastropheOf: () => undefined,
  messages: understood({}),
};

const ACTOR: Actor = { kind: 'system', id: 'throughline', authenticated: 'temporal' };

function transition(sequence: number, from: State | undefined, to: State, patch: Entry['patch'] = {}): Entry {
  const recordedAt = `2012-10-0${sequence}T12:00:00.000Z`;
  return {
    sequence,
    kind: 'transition',
    recordedAt,
    causationId: from === undefined ? 'submit' : 'activity:step',
    actor: ACTOR,
    ...(from !== undefined && { from }),
    to,
    patch,
  };
}

const clock = (dueAt: string) => ({
  state: { basis: 'entered AwaitingFax', startedAt: '2012-10-02T12:00:00.000Z', dueAt, leadsTo: 'Granted' },
});

let stage: Stage;
let client: ThroughlineClient;

beforeAll(async () => {
  stage = await setStage(new Lifecycles([binding], [AFTER]));
  const { temporal, gatewayUrl: gateway } = stage;
  client = new ThroughlineClient({ temporal, gateway, source: '/test', bindings: [binding] });
  const pool = createPool(stage.database.url, { applicationName: 'test' });
  for (const table of [BEFORE, AFTER]) await new JournalWriter(pool).registerDefinition(table);
  await pool.end();
  const waiting = [
    transition(1, undefined, 'Requested'),
    transition(2, 'Requested', 'AwaitingFax', { clocks: clock('2012-11-01T12:00:00.000Z') }),
  ];
  const ref = { lifecycle: 'permit', lifecycleVersion: 1 } as const;
  await stage.record({ ...ref, id: 'P-waiting' }, waiting);
  const granted = transition(3, 'AwaitingFax', 'Granted', { clocks: { state: null }, outcome: 'granted' });
  await stage.record({ ...ref, id: 'P-granted' }, [...waiting, granted]);
});

afterAll(async () => {
  await client.close();
  await stage.close();
});

test('is listed by the state that is retired', async () => {
  const listed = [];
  for await (const entity of client.entities('permit').list({ state: 'AwaitingFax' })) listed.push(entity);
  expect(listed).toMatchObject([{ id: 'P-waiting', state: 'AwaitingFax', closed: false }]);
});

test('is explained, with what it waits for and where that leads', async () => {
  const explanation = await client.entities('permit').explain('P-waiting');
  expect(explanation).toMatchObject({
    state: 'AwaitingFax',
    since: '2012-10-02T12:00:00.000Z',
    visits: { AwaitingFax: { entered: 1 } },
  });
  expect(explanation.sentence).toContain('P-waiting');
  expect(explanation.sentence).toMatch(/AwaitingFax|the fax/);
  expect((await client.entities('permit').explain('P-granted')).outcome).toBe('granted');
});

test('is shown entry by entry', async () => {
  const shown = [];
  for await (const { to } of client.entities('permit').journal('P-granted')) shown.push(to);
  expect(shown).toEqual(['Requested', 'AwaitingFax', 'Granted']);
});

test.each(['P-waiting', 'P-granted'])('is verified: %s', async (id) => {
  const pool = createPool(stage.database.url, { applicationName: 'test' });
  try {
    expect(await verifyEntity(openDatabase(pool), 'permit', id)).toEqual([]);
  } finally {
    await pool.end();
  }
});
