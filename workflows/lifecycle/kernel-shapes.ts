// Generated from events/kernel.ts by `npm run generate`. Do not edit.
import type { Shape } from './shape.js';

/** Shape of the data of each kernel message by wire name. */
export const kernelShapes: Readonly<Record<string, Shape>> = {
  assignReview: {
    type: 'object',
    properties: {
      taskId: { type: 'string', pattern: '^[^\\s]{1,256}#\\d{1,9}$' },
      assignee: { type: 'string', minLength: 1, maxLength: 128 },
    },
    required: ['taskId', 'assignee'],
    additionalProperties: false,
  },
  releaseReview: {
    type: 'object',
    properties: { taskId: { type: 'string', pattern: '^[^\\s]{1,256}#\\d{1,9}$' } },
    required: ['taskId'],
    additionalProperties: false,
  },
  parkReview: {
    type: 'object',
    properties: {
      reasonCode: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
      note: { type: 'string', minLength: 1, maxLength: 128 },
      taskId: { type: 'string', pattern: '^[^\\s]{1,256}#\\d{1,9}$' },
      until: {
        type: 'string',
        pattern:
          '^(?:(?:\\d\\d[2468][048]|\\d\\d[13579][26]|\\d\\d0[48]|[02468][048]00|[13579][26]00)-02-29|\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|(?:02)-(?:0[1-9]|1\\d|2[0-8])))T(?:(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d+)?(?:Z))$',
      },
    },
    required: ['reasonCode', 'taskId', 'until'],
    additionalProperties: false,
  },
  noteReview: {
    type: 'object',
    properties: {
      taskId: { type: 'string', pattern: '^[^\\s]{1,256}#\\d{1,9}$' },
      note: { type: 'string', minLength: 1, maxLength: 128 },
    },
    required: ['taskId', 'note'],
    additionalProperties: false,
  },
  resolveReview: {
    type: 'object',
    properties: {
      reasonCode: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
      note: { type: 'string', minLength: 1, maxLength: 128 },
      taskId: { type: 'string', pattern: '^[^\\s]{1,256}#\\d{1,9}$' },
      decision: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
    },
    required: ['reasonCode', 'taskId', 'decision'],
    additionalProperties: false,
  },
  approveReview: {
    type: 'object',
    properties: {
      taskId: { type: 'string', pattern: '^[^\\s]{1,256}#\\d{1,9}$' },
      proposal: { type: 'string', pattern: '^[0-9a-f]{16}$' },
      note: { type: 'string', minLength: 1, maxLength: 128 },
    },
    required: ['taskId', 'proposal'],
    additionalProperties: false,
  },
  declineReview: {
    type: 'object',
    properties: {
      reasonCode: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
      note: { type: 'string', minLength: 1, maxLength: 128 },
      taskId: { type: 'string', pattern: '^[^\\s]{1,256}#\\d{1,9}$' },
      proposal: { type: 'string', pattern: '^[0-9a-f]{16}$' },
    },
    required: ['reasonCode', 'taskId', 'proposal'],
    additionalProperties: false,
  },
  correctDecision: {
    type: 'object',
    properties: {
      reasonCode: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
      note: { type: 'string', minLength: 1, maxLength: 128 },
      sequence: { type: 'integer', minimum: 1, maximum: 9007199254740991 },
    },
    required: ['reasonCode', 'sequence'],
    additionalProperties: false,
  },
  moveClock: {
    type: 'object',
    properties: {
      reasonCode: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
      note: { type: 'string', minLength: 1, maxLength: 128 },
      clock: { type: 'string', pattern: '^[a-z][a-zA-Z0-9]{0,63}$' },
      dueAt: {
        type: 'string',
        pattern:
          '^(?:(?:\\d\\d[2468][048]|\\d\\d[13579][26]|\\d\\d0[48]|[02468][048]00|[13579][26]00)-02-29|\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|(?:02)-(?:0[1-9]|1\\d|2[0-8])))T(?:(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d+)?(?:Z))$',
      },
      reference: { type: 'string', minLength: 1, maxLength: 128 },
    },
    required: ['reasonCode', 'clock', 'dueAt', 'reference'],
    additionalProperties: false,
  },
  pauseClock: {
    type: 'object',
    properties: {
      reasonCode: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
      note: { type: 'string', minLength: 1, maxLength: 128 },
      clock: { type: 'string', pattern: '^[a-z][a-zA-Z0-9]{0,63}$' },
      reference: { type: 'string', minLength: 1, maxLength: 128 },
    },
    required: ['reasonCode', 'clock', 'reference'],
    additionalProperties: false,
  },
  resumeClock: {
    type: 'object',
    properties: {
      reasonCode: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
      note: { type: 'string', minLength: 1, maxLength: 128 },
      clock: { type: 'string', pattern: '^[a-z][a-zA-Z0-9]{0,63}$' },
      reference: { type: 'string', minLength: 1, maxLength: 128 },
    },
    required: ['reasonCode', 'clock', 'reference'],
    additionalProperties: false,
  },
  placeHold: {
    type: 'object',
    properties: {
      reasonCode: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
      note: { type: 'string', minLength: 1, maxLength: 128 },
      hold: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
      reference: { type: 'string', minLength: 1, maxLength: 128 },
    },
    required: ['reasonCode', 'hold', 'reference'],
    additionalProperties: false,
  },
  releaseHold: {
    type: 'object',
    properties: {
      reasonCode: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
      note: { type: 'string', minLength: 1, maxLength: 128 },
      hold: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
      reference: { type: 'string', minLength: 1, maxLength: 128 },
    },
    required: ['reasonCode', 'hold', 'reference'],
    additionalProperties: false,
  },
  dependencyResumed: {
    type: 'object',
    properties: { dependency: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' } },
    required: ['dependency'],
    additionalProperties: false,
  },
};
