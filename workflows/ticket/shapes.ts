// Generated from events/ticket.ts by `npm run generate`. Do not edit.
import type { Shape } from '../lifecycle/shape.js';

/** Shape of the ticket's notice (`submission`) and of the data of each message by wire name. */
export const ticketShapes: Readonly<Record<string, Shape>> = {
  submission: {
    type: 'object',
    properties: {
      ticketId: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9-]{0,63}$' },
      customerId: { type: 'string', minLength: 1, maxLength: 128 },
      product: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
      skill: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
      location: {
        type: 'object',
        properties: {
          country: { type: 'string', pattern: '^[A-Z]{2}$' },
          postalCode: { type: 'string', maxLength: 16 },
        },
        required: ['country', 'postalCode'],
        additionalProperties: false,
      },
      priority: {
        anyOf: [
          { type: 'number', const: 1 },
          { type: 'number', const: 2 },
          { type: 'number', const: 3 },
          { type: 'number', const: 4 },
        ],
      },
      problemRef: { type: 'string', minLength: 1, maxLength: 128 },
    },
    required: ['ticketId', 'customerId', 'product', 'skill', 'location', 'priority'],
    additionalProperties: false,
  },
  expertAvailable: {
    type: 'object',
    properties: { skill: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' } },
    required: ['skill'],
    additionalProperties: false,
  },
  expertAccepted: {
    type: 'object',
    properties: {
      expertId: { type: 'string', minLength: 1, maxLength: 128 },
      hop: { type: 'integer', minimum: 1, maximum: 9999 },
    },
    required: ['expertId', 'hop'],
    additionalProperties: false,
  },
  expertDeclined: {
    type: 'object',
    properties: {
      expertId: { type: 'string', minLength: 1, maxLength: 128 },
      hop: { type: 'integer', minimum: 1, maximum: 9999 },
      code: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
    },
    required: ['expertId', 'hop', 'code'],
    additionalProperties: false,
  },
  askCustomer: {
    type: 'object',
    properties: {
      reasonCode: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
      note: { type: 'string', minLength: 1, maxLength: 128 },
    },
    required: ['reasonCode'],
    additionalProperties: false,
  },
  askThirdParty: {
    type: 'object',
    properties: {
      reasonCode: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
      note: { type: 'string', minLength: 1, maxLength: 128 },
    },
    required: ['reasonCode'],
    additionalProperties: false,
  },
  customerReplied: {
    type: 'object',
    properties: { reference: { type: 'string', minLength: 1, maxLength: 128 } },
    additionalProperties: false,
  },
  thirdPartyReplied: {
    type: 'object',
    properties: { reference: { type: 'string', minLength: 1, maxLength: 128 } },
    additionalProperties: false,
  },
  noShow: {
    type: 'object',
    properties: {
      who: { type: 'string', enum: ['customer', 'expert'] },
      reasonCode: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
      note: { type: 'string', minLength: 1, maxLength: 128 },
    },
    required: ['who', 'reasonCode'],
    additionalProperties: false,
  },
  handOver: {
    type: 'object',
    properties: {
      reasonCode: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
      note: { type: 'string', minLength: 1, maxLength: 128 },
    },
    required: ['reasonCode'],
    additionalProperties: false,
  },
  changePriority: {
    type: 'object',
    properties: {
      priority: {
        anyOf: [
          { type: 'number', const: 1 },
          { type: 'number', const: 2 },
          { type: 'number', const: 3 },
          { type: 'number', const: 4 },
        ],
      },
      reasonCode: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
      note: { type: 'string', minLength: 1, maxLength: 128 },
    },
    required: ['priority', 'reasonCode'],
    additionalProperties: false,
  },
  resolveTicket: {
    type: 'object',
    properties: {
      solution: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
      workMinutes: { type: 'integer', minimum: 0, maximum: 100000 },
      reasonCode: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
      note: { type: 'string', minLength: 1, maxLength: 128 },
    },
    required: ['solution', 'workMinutes', 'reasonCode'],
    additionalProperties: false,
  },
  supervise: {
    type: 'object',
    properties: {
      decision: { type: 'string', enum: ['assign', 'close', 'continue', 'search'] },
      expertId: { type: 'string', minLength: 1, maxLength: 128 },
      reasonCode: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
      note: { type: 'string', minLength: 1, maxLength: 128 },
    },
    required: ['decision', 'reasonCode'],
    additionalProperties: false,
  },
  withdrawTicket: {
    type: 'object',
    properties: {
      reasonCode: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
      note: { type: 'string', minLength: 1, maxLength: 128 },
    },
    required: ['reasonCode'],
    additionalProperties: false,
  },
  reopenTicket: {
    type: 'object',
    properties: {
      reasonCode: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
      note: { type: 'string', minLength: 1, maxLength: 128 },
    },
    required: ['reasonCode'],
    additionalProperties: false,
  },
  followUpCompleted: {
    type: 'object',
    properties: {
      steps: { maxItems: 50, type: 'array', items: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' } },
      resolution: { type: 'integer', minimum: 1, maximum: 9999 },
    },
    required: ['steps', 'resolution'],
    additionalProperties: false,
  },
};
