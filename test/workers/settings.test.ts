import { describe, expect, test } from 'vitest';
import { settingsFromEnvironment } from '../../workers/settings.js';

const read = (env: NodeJS.ProcessEnv) =>
  settingsFromEnvironment({ DATABASE_URL: 'postgres://u:secret@db/throughline', ...env }, '/bundle.js');
const VERSION = { TEMPORAL_DEPLOYMENT_NAME: 'throughline', TEMPORAL_WORKER_BUILD_ID: '1.4.0' };

describe('the version of a worker', () => {
  test('is none unless the environment names one', () => {
    expect(read({}).deployment).toBeUndefined();
    expect(read({ TEMPORAL_DEPLOYMENT_NAME: '', TEMPORAL_WORKER_BUILD_ID: '' }).deployment).toBeUndefined();
  });

  test("is read from the names that Temporal's worker controller sets; running entities move to it", () => {
    expect(read(VERSION).deployment).toEqual({
      useWorkerVersioning: true,
      version: { deploymentName: 'throughline', buildId: '1.4.0' },
      defaultVersioningBehavior: 'AUTO_UPGRADE',
    });
  });

  test('pins entities where that is said', () => {
    expect(read({ ...VERSION, THROUGHLINE_VERSIONING_BEHAVIOR: 'PINNED' }).deployment).toMatchObject({
      defaultVersioningBehavior: 'PINNED',
    });
  });

  test.each([
    [{ TEMPORAL_DEPLOYMENT_NAME: 'throughline' }, 'TEMPORAL_WORKER_BUILD_ID: needed with TEMPORAL_DEPLOYMENT_NAME'],
    [{ TEMPORAL_WORKER_BUILD_ID: '1.4.0' }, 'TEMPORAL_DEPLOYMENT_NAME: needed with TEMPORAL_WORKER_BUILD_ID'],
    [{ ...VERSION, THROUGHLINE_VERSIONING_BEHAVIOR: 'pinned' }, 'THROUGHLINE_VERSIONING_BEHAVIOR: AUTO_UPGRADE'],
  ])('that is half or wrong, %j, stops the worker with the name of the setting', (env, fault) => {
    expect(() => read(env)).toThrow(fault);
    expect(() => read(env)).not.toThrow('secret');
  });
});

describe('the slots of a worker', () => {
  test('are few unless the environment says otherwise, so that what waits can be overtaken on the server', () => {
    expect(read({})).toMatchObject({ workflowTaskSlots: 10, activitySlots: 10 });
    expect(read({ THROUGHLINE_WORKFLOW_TASK_SLOTS: '', THROUGHLINE_ACTIVITY_SLOTS: '' })).toMatchObject({
      workflowTaskSlots: 10,
      activitySlots: 10,
    });
    expect(read({ THROUGHLINE_WORKFLOW_TASK_SLOTS: '40', THROUGHLINE_ACTIVITY_SLOTS: '1' })).toMatchObject({
      workflowTaskSlots: 40,
      activitySlots: 1,
    });
  });

  test.each([
    [{ THROUGHLINE_WORKFLOW_TASK_SLOTS: '1' }, 'THROUGHLINE_WORKFLOW_TASK_SLOTS: a whole number from 2 on'],
    [{ THROUGHLINE_ACTIVITY_SLOTS: '0' }, 'THROUGHLINE_ACTIVITY_SLOTS: a whole number from 1 on'],
    [{ THROUGHLINE_ACTIVITY_SLOTS: 'many' }, 'THROUGHLINE_ACTIVITY_SLOTS: a whole number from 1 on'],
  ])('that cannot be, %j, stop it with the name of the setting', (env, fault) => {
    expect(() => read(env)).toThrow(fault);
  });
});
