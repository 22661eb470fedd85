// Generated from events/claim.ts by `npm run generate`. Do not edit.
import type { Shape } from '../lifecycle/shape.js';

/** Shape of the claim's notice (`submission`) and of the data of each message by wire name. */
export const claimShapes: Readonly<Record<string, Shape>> = {
  submission: {
    type: 'object',
    properties: {
      claimId: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9-]{0,63}$' },
      policyNumber: { type: 'string', minLength: 1, maxLength: 128 },
      dateOfLoss: {
        type: 'string',
        pattern:
          '^(?:(?:\\d\\d[2468][048]|\\d\\d[13579][26]|\\d\\d0[48]|[02468][048]00|[13579][26]00)-02-29|\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|(?:02)-(?:0[1-9]|1\\d|2[0-8])))$',
      },
      causeOfLoss: { type: 'string', maxLength: 8 },
      property: {
        type: 'object',
        properties: {
          state: { type: 'string', pattern: '^[A-Z]{2}$' },
          postalCode: { type: 'string', pattern: '^(\\d{5})?$' },
        },
        required: ['state', 'postalCode'],
        additionalProperties: false,
      },
      catastrophe: { type: 'string', minLength: 1, maxLength: 100 },
      claimant: { type: 'string', minLength: 1, maxLength: 128 },
    },
    required: ['claimId', 'policyNumber', 'dateOfLoss', 'causeOfLoss', 'property'],
    additionalProperties: false,
  },
  documentReceived: {
    type: 'object',
    properties: {
      requestId: { type: 'string', minLength: 1, maxLength: 128 },
      documentId: { type: 'string', minLength: 1, maxLength: 128 },
      kind: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
      digest: { type: 'string', pattern: '^[0-9a-f]{64}$' },
    },
    required: ['requestId', 'documentId', 'kind', 'digest'],
    additionalProperties: false,
  },
  fraudDecision: {
    type: 'object',
    properties: {
      screenId: { type: 'string', minLength: 1, maxLength: 128 },
      verdict: { type: 'string', enum: ['clear', 'refer'] },
      score: { type: 'integer', minimum: 0, maximum: 1000 },
      rule: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
    },
    required: ['screenId', 'verdict', 'score', 'rule'],
    additionalProperties: false,
  },
  assessmentResult: {
    type: 'object',
    properties: {
      assignmentId: { type: 'string', minLength: 1, maxLength: 128 },
      findings: {
        minItems: 1,
        maxItems: 2,
        type: 'array',
        items: {
          type: 'object',
          properties: {
            coverage: { type: 'string', enum: ['building', 'contents'] },
            damage: {
              type: 'object',
              properties: {
                minor: { type: 'integer', minimum: 0, maximum: 9007199254740991 },
                currency: { type: 'string', pattern: '^[A-Z]{3}$' },
              },
              required: ['minor', 'currency'],
              additionalProperties: false,
            },
            nonPaymentReason: {
              type: 'string',
              enum: [
                '01',
                '02',
                '03',
                '04',
                '05',
                '06',
                '07',
                '08',
                '09',
                '10',
                '11',
                '12',
                '13',
                '14',
                '15',
                '16',
                '17',
                '18',
                '19',
                '20',
                '97',
                '98',
                '99',
              ],
            },
          },
          required: ['coverage'],
          additionalProperties: false,
        },
      },
    },
    required: ['assignmentId', 'findings'],
    additionalProperties: false,
  },
  paymentAcknowledged: {
    type: 'object',
    properties: {
      paymentId: { type: 'string', minLength: 1, maxLength: 128 },
      coverage: { type: 'string', enum: ['building', 'contents'] },
      ordinal: { type: 'integer', minimum: 1, maximum: 999 },
      amount: {
        type: 'object',
        properties: {
          minor: { type: 'integer', minimum: 0, maximum: 9007199254740991 },
          currency: { type: 'string', pattern: '^[A-Z]{3}$' },
        },
        required: ['minor', 'currency'],
        additionalProperties: false,
      },
    },
    required: ['paymentId', 'coverage', 'ordinal', 'amount'],
    additionalProperties: false,
  },
  paymentFailed: {
    type: 'object',
    properties: {
      paymentId: { type: 'string', minLength: 1, maxLength: 128 },
      coverage: { type: 'string', enum: ['building', 'contents'] },
      ordinal: { type: 'integer', minimum: 1, maximum: 999 },
      code: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
    },
    required: ['paymentId', 'coverage', 'ordinal', 'code'],
    additionalProperties: false,
  },
  withdraw: {
    type: 'object',
    properties: {
      reasonCode: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
      note: { type: 'string', minLength: 1, maxLength: 128 },
    },
    required: ['reasonCode'],
    additionalProperties: false,
  },
  manualDecision: {
    anyOf: [
      {
        type: 'object',
        properties: {
          decision: { type: 'string', const: 'merge' },
          into: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9-]{0,63}$' },
          reasonCode: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
          note: { type: 'string', minLength: 1, maxLength: 128 },
        },
        required: ['decision', 'into', 'reasonCode'],
        additionalProperties: false,
      },
      {
        type: 'object',
        properties: {
          decision: { type: 'string', const: 'continue' },
          reasonCode: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
          note: { type: 'string', minLength: 1, maxLength: 128 },
        },
        required: ['decision', 'reasonCode'],
        additionalProperties: false,
      },
      {
        type: 'object',
        properties: {
          decision: { type: 'string', const: 'deny' },
          reasonCode: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
          note: { type: 'string', minLength: 1, maxLength: 128 },
        },
        required: ['decision', 'reasonCode'],
        additionalProperties: false,
      },
      {
        type: 'object',
        properties: {
          decision: { type: 'string', const: 'settle' },
          amounts: {
            minItems: 1,
            maxItems: 2,
            type: 'array',
            items: {
              type: 'object',
              properties: {
                coverage: { type: 'string', enum: ['building', 'contents'] },
                amount: {
                  type: 'object',
                  properties: {
                    minor: { type: 'integer', minimum: 0, maximum: 9007199254740991 },
                    currency: { type: 'string', pattern: '^[A-Z]{3}$' },
                  },
                  required: ['minor', 'currency'],
                  additionalProperties: false,
                },
              },
              required: ['coverage', 'amount'],
              additionalProperties: false,
            },
          },
          reasonCode: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
          note: { type: 'string', minLength: 1, maxLength: 128 },
        },
        required: ['decision', 'amounts', 'reasonCode'],
        additionalProperties: false,
      },
    ],
  },
  adjusterAssigned: {
    type: 'object',
    properties: {
      requestId: { type: 'string', minLength: 1, maxLength: 128 },
      assignmentId: { type: 'string', minLength: 1, maxLength: 128 },
      adjusterId: { type: 'string', minLength: 1, maxLength: 128 },
    },
    required: ['requestId', 'assignmentId', 'adjusterId'],
    additionalProperties: false,
  },
  adjusterAccepted: {
    type: 'object',
    properties: {
      assignmentId: { type: 'string', minLength: 1, maxLength: 128 },
      adjusterId: { type: 'string', minLength: 1, maxLength: 128 },
    },
    required: ['assignmentId', 'adjusterId'],
    additionalProperties: false,
  },
  adjusterDeclined: {
    type: 'object',
    properties: {
      assignmentId: { type: 'string', minLength: 1, maxLength: 128 },
      adjusterId: { type: 'string', minLength: 1, maxLength: 128 },
      code: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
    },
    required: ['assignmentId', 'adjusterId', 'code'],
    additionalProperties: false,
  },
  paymentCleared: {
    type: 'object',
    properties: {
      paymentId: { type: 'string', minLength: 1, maxLength: 128 },
      coverage: { type: 'string', enum: ['building', 'contents'] },
      ordinal: { type: 'integer', minimum: 1, maximum: 999 },
    },
    required: ['paymentId', 'coverage', 'ordinal'],
    additionalProperties: false,
  },
  paymentReturned: {
    type: 'object',
    properties: {
      paymentId: { type: 'string', minLength: 1, maxLength: 128 },
      coverage: { type: 'string', enum: ['building', 'contents'] },
      ordinal: { type: 'integer', minimum: 1, maximum: 999 },
      how: { type: 'string', enum: ['returned', 'voided'] },
      code: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
    },
    required: ['paymentId', 'coverage', 'ordinal', 'how', 'code'],
    additionalProperties: false,
  },
  repairCompleted: {
    type: 'object',
    properties: {
      coverage: { type: 'string', enum: ['building', 'contents'] },
      vendorId: { type: 'string', minLength: 1, maxLength: 128 },
      invoice: {
        type: 'object',
        properties: {
          minor: { type: 'integer', minimum: 0, maximum: 9007199254740991 },
          currency: { type: 'string', pattern: '^[A-Z]{3}$' },
        },
        required: ['minor', 'currency'],
        additionalProperties: false,
      },
    },
    required: ['coverage', 'vendorId', 'invoice'],
    additionalProperties: false,
  },
  claimMerged: {
    type: 'object',
    properties: {
      claimId: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9-]{0,63}$' },
      documents: {
        maxItems: 50,
        type: 'array',
        items: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
      },
    },
    required: ['claimId', 'documents'],
    additionalProperties: false,
  },
  setReserve: {
    type: 'object',
    properties: {
      coverage: { type: 'string', enum: ['building', 'contents'] },
      amount: {
        type: 'object',
        properties: {
          minor: { type: 'integer', minimum: 0, maximum: 9007199254740991 },
          currency: { type: 'string', pattern: '^[A-Z]{3}$' },
        },
        required: ['minor', 'currency'],
        additionalProperties: false,
      },
      reasonCode: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
      note: { type: 'string', minLength: 1, maxLength: 128 },
    },
    required: ['coverage', 'amount', 'reasonCode'],
    additionalProperties: false,
  },
  payAdvance: {
    type: 'object',
    properties: {
      kind: { type: 'string', enum: ['advance', 'partial'] },
      coverage: { type: 'string', enum: ['building', 'contents'] },
      amount: {
        type: 'object',
        properties: {
          minor: { type: 'integer', minimum: 0, maximum: 9007199254740991 },
          currency: { type: 'string', pattern: '^[A-Z]{3}$' },
        },
        required: ['minor', 'currency'],
        additionalProperties: false,
      },
      reasonCode: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
      note: { type: 'string', minLength: 1, maxLength: 128 },
    },
    required: ['coverage', 'amount', 'reasonCode'],
    additionalProperties: false,
  },
  refer: {
    type: 'object',
    properties: {
      to: { type: 'string', enum: ['investigation', 'legal'] },
      reasonCode: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
      note: { type: 'string', minLength: 1, maxLength: 128 },
    },
    required: ['to', 'reasonCode'],
    additionalProperties: false,
  },
  concludeReferral: {
    type: 'object',
    properties: {
      finding: { type: 'string', enum: ['continue', 'deny', 'settle'] },
      reasonCode: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
      note: { type: 'string', minLength: 1, maxLength: 128 },
    },
    required: ['finding', 'reasonCode'],
    additionalProperties: false,
  },
  attachCatastrophe: {
    type: 'object',
    properties: {
      catastrophe: { type: 'string', minLength: 1, maxLength: 100 },
      reference: { type: 'string', minLength: 1, maxLength: 128 },
    },
    required: ['catastrophe', 'reference'],
    additionalProperties: false,
  },
  answerRepairOffer: {
    type: 'object',
    properties: {
      accept: { type: 'boolean' },
      vendorId: { type: 'string', minLength: 1, maxLength: 128 },
      reasonCode: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
    },
    required: ['accept', 'reasonCode'],
    additionalProperties: false,
  },
  requestSupplement: {
    type: 'object',
    properties: {
      coverages: { minItems: 1, maxItems: 2, type: 'array', items: { type: 'string', enum: ['building', 'contents'] } },
      reasonCode: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
      note: { type: 'string', minLength: 1, maxLength: 128 },
    },
    required: ['coverages', 'reasonCode'],
    additionalProperties: false,
  },
  appeal: {
    type: 'object',
    properties: {
      reference: { type: 'string', minLength: 1, maxLength: 128 },
      reasonCode: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
      note: { type: 'string', minLength: 1, maxLength: 128 },
    },
    required: ['reference', 'reasonCode'],
    additionalProperties: false,
  },
  decideAppeal: {
    type: 'object',
    properties: {
      decision: { type: 'string', enum: ['overturn', 'uphold'] },
      reasonCode: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
      note: { type: 'string', minLength: 1, maxLength: 128 },
    },
    required: ['decision', 'reasonCode'],
    additionalProperties: false,
  },
  openLitigation: {
    type: 'object',
    properties: {
      reference: { type: 'string', minLength: 1, maxLength: 128 },
      reasonCode: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
      note: { type: 'string', minLength: 1, maxLength: 128 },
    },
    required: ['reference', 'reasonCode'],
    additionalProperties: false,
  },
};
