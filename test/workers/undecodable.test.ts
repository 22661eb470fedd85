/** What others send to a workflow and nobody can decode: it is one rejected message, and never the end of an entity. */
import { ApplicationFailure, encodingKeys, RawValue, type Payload } from '@temporalio/common';
import { WorkflowFailedError } from '@temporalio/client';
import { describe, expect, test } from 'vitest';
import { bundleWorkflows } from '../../workers/workflow-bundle.js';
import { payloadConverter } from '../../workflows/lifecycle/payload-converter.js';
import { refusal } from '../lifecycles/support/claim-run.js';
import { useFleet } from '../lifecycles/support/fleet.js';
import { message, REVIEWER } from '../lifecycles/support/messages.js';
import { CLEAR } from '../lifecycles/support/script.js';

const bytes = (text: string) => new TextEncoder().encode(text);
const payload = (encoding: string, data: string): Payload => ({
  metadata: { encoding: bytes(encoding) },
  data: bytes(data),
});
const json = (value: unknown) => payload('json/plain', JSON.stringify(value));

/** Arguments as the wire has them; what this SDK's client would not send, but another's can. */
const NONSENSE: Readonly<Record<string, readonly Payload[]>> = {
  'broken JSON': [payload('json/plain', '{"data":')],
  'JSON that is not there': [{ metadata: { encoding: bytes('json/plain') } }],
  'an unknown encoding': [payload('binary/foo', 'x')],
  protobuf: [payload('json/protobuf', '{}'), payload('binary/protobuf', '')],
  'no encoding': [{ metadata: {}, data: bytes('{}') }],
  'no metadata': [{ data: bytes('{}') }],
  bytes: [payload('binary/plain', '{"data":{}}')],
  'no arguments': [],
  'three arguments': [json('one'), json('two'), json('three')],
};

const raw = (payloads: readonly Payload[]) => payloads.map((one) => RawValue.fromPayload(one));

describe('a running claim', () => {
  const fleet = useFleet({ server: 'development', bundle: bundleWorkflows });

  test('rejects such signals, of names known and unknown, and goes on', async () => {
    const claim = await fleet.claim({ fraud: 'silence' }).submit();
    await claim.reaches('FraudScreenPending');
    for (const payloads of Object.values(NONSENSE)) {
      await claim.handle.signal('fraudDecision', ...raw(payloads));
      await claim.handle.signal('moonLanding', ...raw(payloads));
    }
    await claim.tell('fraudDecision', CLEAR);

    expect(await claim.ends()).toMatchObject({ outcome: 'paid' });
    const each = Object.keys(NONSENSE);
    expect(await claim.outcomes('fraudDecision')).toEqual([...each.map(() => 'rejected malformed'), 'applied']);
    expect(await claim.outcomes('moonLanding')).toEqual(each.map(() => 'rejected unknownMessage'));
  });

  test.each(Object.entries(NONSENSE))('refuses an update with %s, and goes on', async (_, payloads) => {
    const claim = await fleet.claim({ documents: 'silence' }).submit();
    await claim.reaches('AwaitingDocuments');
    const update = claim.handle.executeUpdate<unknown, [unknown]>('withdraw', { args: raw(payloads) as [unknown] });
    expect(await refusal(update)).toBe('MalformedMessage');
    expect(await claim.withdraw()).toMatchObject({ outcome: 'applied' });
    expect(await claim.ends()).toMatchObject({ outcome: 'withdrawn' });
  });

  test('looks at the first argument alone, as handlers of every SDK do', async () => {
    const claim = await fleet.claim({ documents: 'silence' }).submit();
    await claim.reaches('AwaitingDocuments');
    const withdrawal = message(claim.workflowId, { reasonCode: 'claimantAsked' }, { actor: REVIEWER });
    const args = raw([json(withdrawal), payload('binary/foo', 'x')]) as unknown as [unknown];
    expect(await claim.handle.executeUpdate<unknown, [unknown]>('withdraw', { args })).toMatchObject({
      outcome: 'applied',
    });
    expect(await claim.ends()).toMatchObject({ outcome: 'withdrawn' });
  });

  test('is refused when its submission is such', async () => {
    const claim = await fleet.claim().submit(raw([payload('json/plain', '{')])[0]);
    const failure = await claim.ends().catch((err: unknown) => err);
    expect(failure).toBeInstanceOf(WorkflowFailedError);
    expect((failure as WorkflowFailedError).cause).toMatchObject({ type: 'MalformedSubmission' });
    expect((failure as WorkflowFailedError).cause).toBeInstanceOf(ApplicationFailure);
  });
});

describe('the converter', () => {
  const workflow = { type: 'workflow', namespace: 'default', workflowId: 'claim/CLM-1' } as const;
  const activity = { type: 'activity', namespace: 'default', isLocal: false } as const;

  test('tells the encoding and nothing of the content', () => {
    const told = (given: Payload) => payloadConverter.fromPayload(given, workflow);
    expect(told(payload('json/plain', '{"name":"Jane Doe"'))).toEqual({ undecodable: 'json/plain' });
    expect(told({ metadata: {}, data: bytes('Jane Doe') })).toEqual({ undecodable: 'none' });
    expect(told(payload('x'.repeat(1000), 'Jane Doe'))).toEqual({ undecodable: 'x'.repeat(64) });
    expect(told(payload('binary/plain', 'Jane Doe'))).toEqual({ undecodable: 'binary/plain' });
  });

  test("lets an activity's result that it cannot decode fail: no flow may take the marker for an answer", () => {
    expect(() => payloadConverter.fromPayload(payload('json/plain', '{'), activity)).toThrow(SyntaxError);
    expect(payloadConverter.fromPayload(json({ paid: true }), activity)).toEqual({ paid: true });
  });

  test('writes as the default one does', () => {
    expect(payloadConverter.toPayload({ a: 1 })).toEqual({
      metadata: { encoding: encodingKeys.METADATA_ENCODING_JSON },
      data: bytes('{"a":1}'),
    });
  });
});
