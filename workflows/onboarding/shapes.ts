// Generated from events/onboarding.ts by `npm run generate`. Do not edit.
import type { Shape } from '../lifecycle/shape.js';

/** Shape of the onboarding's notice (`submission`) and of the data of each message by wire name. */
export const onboardingShapes: Readonly<Record<string, Shape>> = {
  submission: {
    type: 'object',
    properties: {
      applicantId: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9-]{0,63}$' },
      country: { type: 'string', pattern: '^[A-Z]{2}$' },
      profileRef: { type: 'string', minLength: 1, maxLength: 128 },
      products: {
        minItems: 1,
        maxItems: 20,
        type: 'array',
        items: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
      },
      documents: {
        maxItems: 20,
        type: 'array',
        items: {
          type: 'object',
          properties: {
            kind: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
            documentRef: { type: 'string', minLength: 1, maxLength: 128 },
            expiresOn: {
              type: 'string',
              pattern:
                '^(?:(?:\\d\\d[2468][048]|\\d\\d[13579][26]|\\d\\d0[48]|[02468][048]00|[13579][26]00)-02-29|\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|(?:02)-(?:0[1-9]|1\\d|2[0-8])))$',
            },
          },
          required: ['kind', 'documentRef'],
          additionalProperties: false,
        },
      },
    },
    required: ['applicantId', 'country', 'profileRef', 'products', 'documents'],
    additionalProperties: false,
  },
  identityVerified: {
    anyOf: [
      {
        type: 'object',
        properties: {
          requestId: { type: 'string', minLength: 1, maxLength: 128 },
          ordinal: { type: 'integer', minimum: 1, maximum: 9999 },
          outcome: { type: 'string', const: 'passed' },
          validUntil: {
            type: 'string',
            pattern:
              '^(?:(?:\\d\\d[2468][048]|\\d\\d[13579][26]|\\d\\d0[48]|[02468][048]00|[13579][26]00)-02-29|\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|(?:02)-(?:0[1-9]|1\\d|2[0-8])))T(?:(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d+)?(?:Z))$',
          },
        },
        required: ['requestId', 'ordinal', 'outcome', 'validUntil'],
        additionalProperties: false,
      },
      {
        type: 'object',
        properties: {
          requestId: { type: 'string', minLength: 1, maxLength: 128 },
          ordinal: { type: 'integer', minimum: 1, maximum: 9999 },
          outcome: { type: 'string', const: 'failed' },
          code: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
        },
        required: ['requestId', 'ordinal', 'outcome', 'code'],
        additionalProperties: false,
      },
      {
        type: 'object',
        properties: {
          requestId: { type: 'string', minLength: 1, maxLength: 128 },
          ordinal: { type: 'integer', minimum: 1, maximum: 9999 },
          outcome: { type: 'string', const: 'referred' },
          code: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
          validUntil: {
            type: 'string',
            pattern:
              '^(?:(?:\\d\\d[2468][048]|\\d\\d[13579][26]|\\d\\d0[48]|[02468][048]00|[13579][26]00)-02-29|\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|(?:02)-(?:0[1-9]|1\\d|2[0-8])))T(?:(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d+)?(?:Z))$',
          },
        },
        required: ['requestId', 'ordinal', 'outcome', 'code'],
        additionalProperties: false,
      },
      {
        type: 'object',
        properties: {
          requestId: { type: 'string', minLength: 1, maxLength: 128 },
          ordinal: { type: 'integer', minimum: 1, maximum: 9999 },
          outcome: { type: 'string', const: 'missing' },
          documents: {
            minItems: 1,
            maxItems: 20,
            type: 'array',
            items: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
          },
        },
        required: ['requestId', 'ordinal', 'outcome', 'documents'],
        additionalProperties: false,
      },
    ],
  },
  screeningCompleted: {
    anyOf: [
      {
        type: 'object',
        properties: {
          requestId: { type: 'string', minLength: 1, maxLength: 128 },
          ordinal: { type: 'integer', minimum: 1, maximum: 9999 },
          outcome: { type: 'string', const: 'passed' },
          validUntil: {
            type: 'string',
            pattern:
              '^(?:(?:\\d\\d[2468][048]|\\d\\d[13579][26]|\\d\\d0[48]|[02468][048]00|[13579][26]00)-02-29|\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|(?:02)-(?:0[1-9]|1\\d|2[0-8])))T(?:(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d+)?(?:Z))$',
          },
        },
        required: ['requestId', 'ordinal', 'outcome', 'validUntil'],
        additionalProperties: false,
      },
      {
        type: 'object',
        properties: {
          requestId: { type: 'string', minLength: 1, maxLength: 128 },
          ordinal: { type: 'integer', minimum: 1, maximum: 9999 },
          outcome: { type: 'string', const: 'failed' },
          code: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
        },
        required: ['requestId', 'ordinal', 'outcome', 'code'],
        additionalProperties: false,
      },
      {
        type: 'object',
        properties: {
          requestId: { type: 'string', minLength: 1, maxLength: 128 },
          ordinal: { type: 'integer', minimum: 1, maximum: 9999 },
          outcome: { type: 'string', const: 'referred' },
          code: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
          validUntil: {
            type: 'string',
            pattern:
              '^(?:(?:\\d\\d[2468][048]|\\d\\d[13579][26]|\\d\\d0[48]|[02468][048]00|[13579][26]00)-02-29|\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|(?:02)-(?:0[1-9]|1\\d|2[0-8])))T(?:(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d+)?(?:Z))$',
          },
        },
        required: ['requestId', 'ordinal', 'outcome', 'code'],
        additionalProperties: false,
      },
      {
        type: 'object',
        properties: {
          requestId: { type: 'string', minLength: 1, maxLength: 128 },
          ordinal: { type: 'integer', minimum: 1, maximum: 9999 },
          outcome: { type: 'string', const: 'missing' },
          documents: {
            minItems: 1,
            maxItems: 20,
            type: 'array',
            items: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
          },
        },
        required: ['requestId', 'ordinal', 'outcome', 'documents'],
        additionalProperties: false,
      },
      {
        type: 'object',
        properties: {
          requestId: { type: 'string', minLength: 1, maxLength: 128 },
          ordinal: { type: 'integer', minimum: 1, maximum: 9999 },
          outcome: { type: 'string', const: 'match' },
          validUntil: {
            type: 'string',
            pattern:
              '^(?:(?:\\d\\d[2468][048]|\\d\\d[13579][26]|\\d\\d0[48]|[02468][048]00|[13579][26]00)-02-29|\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|(?:02)-(?:0[1-9]|1\\d|2[0-8])))T(?:(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d+)?(?:Z))$',
          },
        },
        required: ['requestId', 'ordinal', 'outcome'],
        additionalProperties: false,
      },
    ],
  },
  provideDocuments: {
    type: 'object',
    properties: {
      documents: {
        minItems: 1,
        maxItems: 20,
        type: 'array',
        items: {
          type: 'object',
          properties: {
            kind: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
            documentRef: { type: 'string', minLength: 1, maxLength: 128 },
            expiresOn: {
              type: 'string',
              pattern:
                '^(?:(?:\\d\\d[2468][048]|\\d\\d[13579][26]|\\d\\d0[48]|[02468][048]00|[13579][26]00)-02-29|\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|(?:02)-(?:0[1-9]|1\\d|2[0-8])))$',
            },
          },
          required: ['kind', 'documentRef'],
          additionalProperties: false,
        },
      },
    },
    required: ['documents'],
    additionalProperties: false,
  },
  withdrawApplication: {
    type: 'object',
    properties: {
      reasonCode: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
      note: { type: 'string', minLength: 1, maxLength: 128 },
    },
    required: ['reasonCode'],
    additionalProperties: false,
  },
  applyAgain: {
    type: 'object',
    properties: {
      country: { type: 'string', pattern: '^[A-Z]{2}$' },
      profileRef: { type: 'string', minLength: 1, maxLength: 128 },
      products: {
        minItems: 1,
        maxItems: 20,
        type: 'array',
        items: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
      },
      documents: {
        maxItems: 20,
        type: 'array',
        items: {
          type: 'object',
          properties: {
            kind: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
            documentRef: { type: 'string', minLength: 1, maxLength: 128 },
            expiresOn: {
              type: 'string',
              pattern:
                '^(?:(?:\\d\\d[2468][048]|\\d\\d[13579][26]|\\d\\d0[48]|[02468][048]00|[13579][26]00)-02-29|\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|(?:02)-(?:0[1-9]|1\\d|2[0-8])))$',
            },
          },
          required: ['kind', 'documentRef'],
          additionalProperties: false,
        },
      },
    },
    required: ['country', 'profileRef', 'products', 'documents'],
    additionalProperties: false,
  },
  decideApplication: {
    type: 'object',
    properties: {
      decision: { type: 'string', enum: ['accept', 'askCustomer', 'reject', 'retry', 'settled'] },
      documents: {
        minItems: 1,
        maxItems: 20,
        type: 'array',
        items: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
      },
      reference: { type: 'string', minLength: 1, maxLength: 128 },
      reasonCode: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
      note: { type: 'string', minLength: 1, maxLength: 128 },
    },
    required: ['decision', 'reasonCode'],
    additionalProperties: false,
  },
  decideCompliance: {
    type: 'object',
    properties: {
      decision: { type: 'string', enum: ['clear', 'confirm'] },
      reasonCode: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
      note: { type: 'string', minLength: 1, maxLength: 128 },
    },
    required: ['decision', 'reasonCode'],
    additionalProperties: false,
  },
  decideProvisioning: {
    type: 'object',
    properties: {
      decision: { type: 'string', enum: ['keepRest', 'reject', 'retry'] },
      reasonCode: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
      note: { type: 'string', minLength: 1, maxLength: 128 },
    },
    required: ['decision', 'reasonCode'],
    additionalProperties: false,
  },
};
