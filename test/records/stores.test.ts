import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Definitions } from '../../records/definitions.js';
import { DefinitionChanged } from '../../records/errors.js';
import { listFindings, raiseFinding, resolveFinding } from '../../records/findings.js';
import { canonicalJson, chainHash, CHAIN_START, contentHash, digestOf } from '../../records/hash.js';
import { findOperation, rememberOperation } from '../../records/operations.js';
import { recordStray, type StrayMessage } from '../../records/stray.js';
import { eraseSubject, findSubject, getSubject, putSubject } from '../../records/subjects.js';
import { at, journey, parcelLifecycle, ref, shuffled } from './fixtures.js';
import { openWorkbench, type Workbench } from './workbench.js';

let bench: Workbench;
beforeAll(async () => {
  bench = await openWorkbench();
});
afterAll(() => bench.close());

describe('hashes', () => {
  it('canonical JSON sorts fields and leaves out what JSON would', () => {
    const value = { b: [1, undefined, { z: null, a: 'é"' }], a: undefined, '10': 1.5, '9': true };
    expect(canonicalJson(value)).toBe('{"10":1.5,"9":true,"b":[1,null,{"a":"é\\"","z":null}]}');
    expect(() => canonicalJson(undefined)).toThrow(TypeError);
  });

  it('do not depend on the order of fields, and depend on everything else', () => {
    const [first, second] = journey();
    const hash = contentHash(ref('h'), first);
    expect(contentHash(shuffled(ref('h')), shuffled(first))).toEqual(hash);
    expect(contentHash(ref('h', { contentHash: 'of the submission' }), first)).toEqual(hash);
    for (const change of [{ stage: 2 }, { firstRunId: 'x' }, { correlationId: 'x' }, { lifecycleVersion: 2 }]) {
      expect(contentHash(ref('h', change), first)).not.toEqual(hash);
    }
    expect(contentHash(ref('h'), second)).not.toEqual(hash);
  });

  it('are what anybody can compute again from the definition', () => {
    // sha256 over 64 zero bytes.
    expect(chainHash(CHAIN_START, Buffer.alloc(32)).toString('hex')).toBe(
      'f5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a92759fb4b',
    );
    // sha256 of {"a":1}
    expect(digestOf({ a: 1 })).toBe('015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862');
  });
});

describe('definitions', () => {
  it('are kept once per version, and a changed table is refused with what changed', async () => {
    const definitions = new Definitions(bench.db);
    await Promise.all([definitions.register(parcelLifecycle), definitions.register(shuffled(parcelLifecycle))]);
    const changed = structuredClone(parcelLifecycle) as { states: Record<string, { owner: string }> };
    changed.states['Travelling'] = { ...changed.states['Travelling'], owner: 'somebody else' };
    const refused = new Definitions(bench.db).register(changed as never);
    await expect(refused).rejects.toThrow(DefinitionChanged);
    await expect(refused).rejects.toThrow(
      'lifecycle parcel version 1 is not the one on record (states.Travelling.owner: "carrier" on record, ' +
        '"somebody else" given). Entries were written under the old table: raise the version to 2',
    );
    await definitions.register({ ...(changed as never as typeof parcelLifecycle), version: 2 });
    expect(await bench.reader.definition('parcel', 1)).toEqual(parcelLifecycle);
    expect(await bench.reader.definition('parcel', 2)).toEqual({ ...changed, version: 2 });
    expect(await bench.reader.definition('parcel', 3)).toBeUndefined();
  });
});

describe('stray messages', () => {
  const stray: StrayMessage = {
    lifecycle: 'parcel',
    entityId: 'gone',
    name: 'pickedUp',
    messageId: 'm-1',
    source: '/services/carrier',
    reason: 'unknown-entity',
    data: { b: 1, a: 2 },
    keepData: true,
    receivedAt: at(1),
  };

  it('are kept once for each reason', async () => {
    expect(await recordStray(bench.db, stray)).toBe(true);
    expect(await recordStray(bench.db, { ...stray, receivedAt: at(2) })).toBe(false);
    expect(await recordStray(bench.db, { ...stray, reason: 'closed' })).toBe(true);
    expect(await recordStray(bench.db, { ...stray, data: { b: 2 } })).toBe(true);
  });

  it('may be as odd as they like', async () => {
    const odd = `\0\ud800${randomBytes(20_000).toString('base64')}`;
    const message = { ...stray, messageId: odd, entityId: odd, source: odd, data: { [odd]: odd } };
    expect(await recordStray(bench.db, message)).toBe(true);
    expect(await recordStray(bench.db, message)).toBe(false);
  });

  it('whose shape was not checked leave a digest only', async () => {
    const unread = {
      messageId: 'm-2',
      source: '/services/carrier',
      reason: 'invalid-data',
      data: { name: 'Ann' },
      keepData: false,
      receivedAt: at(1),
    };
    expect(await recordStray(bench.db, unread)).toBe(true);
    const { rows } = await bench.owner.query("SELECT * FROM stray_message WHERE message_id = 'm-2'");
    expect(rows).toMatchObject([{ lifecycle: null, data: null, digest: digestOf({ name: 'Ann' }) }]);
  });
});

describe('subjects', () => {
  it('can be read by reference and by digest, and two of the same data look different', async () => {
    const data = { name: 'Ann Example', bank: null, list: [1] };
    const [one, two] = [await putSubject(bench.db, data), await putSubject(bench.db, data)];
    expect(one.digest).toMatch(/^[0-9a-f]{64}$/);
    expect(one.digest).not.toBe(two.digest);
    expect(one.digest).not.toBe(digestOf(data));
    expect(await getSubject(bench.db, one.ref)).toEqual({ ...one, data });
    expect(await findSubject(bench.db, two.digest)).toEqual({ ...two, data });
  });

  it('are erased for good, once', async () => {
    const kept = await putSubject(bench.db, 'text');
    const subject = await putSubject(bench.db, { name: 'Ann' });
    const erased = await eraseSubject(bench.db, subject.ref);
    expect(erased).toEqual({ ...subject, erasedAt: expect.any(String) as string });
    expect(await eraseSubject(bench.db, subject.ref)).toEqual(erased);
    expect(await getSubject(bench.db, subject.ref)).toEqual(erased);
    expect(await getSubject(bench.db, kept.ref)).toEqual({ ...kept, data: 'text' });
    const { rows } = await bench.owner.query('SELECT salt, data FROM subject WHERE ref = $1', [subject.ref]);
    expect(rows).toEqual([{ salt: null, data: null }]);
    for (const ref of ['00000000-0000-4000-8000-000000000000', 'no uuid', '']) {
      expect(await eraseSubject(bench.db, ref)).toBeUndefined();
      expect(await getSubject(bench.db, ref)).toBeUndefined();
    }
  });
});

describe('operations', () => {
  it('of ten at once one is first, and all get its answer', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        rememberOperation(bench.db, 'request-1 parcel/x start', { digest: `d${i}`, answer: { i } }),
      ),
    );
    expect(answers.filter(({ first }) => first)).toHaveLength(1);
    expect(new Set(answers.map(({ digest, answer }) => JSON.stringify([digest, answer]))).size).toBe(1);
    const kept = await findOperation(bench.db, 'request-1 parcel/x start');
    expect(answers[0]).toMatchObject(kept ?? {});
    expect(kept?.digest).toBe(answers.find(({ first }) => first)?.digest);
    expect(await findOperation(bench.db, 'request-2')).toBeUndefined();
  });
});

describe('findings', () => {
  it('that are found again are the same, open or resolved; evidence may differ', async () => {
    const finding = { kind: 'run-ended', lifecycle: 'parcel', id: 'f', key: 'run-1', evidence: { status: 'FAILED' } };
    expect(await raiseFinding(bench.db, finding)).toBe(true);
    expect(await raiseFinding(bench.db, { ...finding, evidence: {} })).toBe(false);
    expect(await raiseFinding(bench.db, { ...finding, key: 'run-2' })).toBe(true);
    const [second, first] = await listFindings(bench.db, { id: 'f', kind: 'run-ended' });
    expect([first, second]).toMatchObject([{ evidence: { status: 'FAILED' } }, { lifecycle: 'parcel' }]);
    expect(await resolveFinding(bench.db, first?.findingId ?? '')).toBe(true);
    expect(await resolveFinding(bench.db, first?.findingId ?? '')).toBe(false);
    for (const id of ['999999', 'no number', '']) expect(await resolveFinding(bench.db, id)).toBe(false);
    expect(await raiseFinding(bench.db, finding)).toBe(false);
    expect(await listFindings(bench.db, { lifecycle: 'parcel', limit: 1 })).toEqual([second]);
    expect(await listFindings(bench.db, { id: 'f', includeResolved: true })).toMatchObject([
      {},
      { resolvedAt: expect.any(String) as string },
    ]);
    expect(await listFindings(bench.db, { kind: 'other' })).toEqual([]);
  });
});
