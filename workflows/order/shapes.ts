// Generated from events/order.ts by `npm run generate`. Do not edit.
import type { Shape } from '../lifecycle/shape.js';

/** Shape of the order's notice (`submission`) and of the data of each message by wire name. */
export const orderShapes: Readonly<Record<string, Shape>> = {
  submission: {
    type: 'object',
    properties: {
      orderId: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9-]{0,63}$' },
      customerId: { type: 'string', minLength: 1, maxLength: 128 },
      lines: {
        minItems: 1,
        maxItems: 200,
        type: 'array',
        items: {
          type: 'object',
          properties: {
            lineId: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
            sku: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
            quantity: { type: 'integer', minimum: 1, maximum: 100000 },
            unitPrice: {
              type: 'object',
              properties: {
                minor: { type: 'integer', minimum: 0, maximum: 9007199254740991 },
                currency: { type: 'string', pattern: '^[A-Z]{3}$' },
              },
              required: ['minor', 'currency'],
              additionalProperties: false,
            },
          },
          required: ['lineId', 'sku', 'quantity', 'unitPrice'],
          additionalProperties: false,
        },
      },
      destination: {
        type: 'object',
        properties: {
          country: { type: 'string', pattern: '^[A-Z]{2}$' },
          postalCode: { type: 'string', maxLength: 16 },
        },
        required: ['country', 'postalCode'],
        additionalProperties: false,
      },
      addressRef: { type: 'string', minLength: 1, maxLength: 128 },
      delivery: {
        type: 'object',
        properties: {
          minor: { type: 'integer', minimum: 0, maximum: 9007199254740991 },
          currency: { type: 'string', pattern: '^[A-Z]{3}$' },
        },
        required: ['minor', 'currency'],
        additionalProperties: false,
      },
      methodToken: { type: 'string', minLength: 1, maxLength: 128 },
    },
    required: ['orderId', 'customerId', 'lines', 'destination', 'addressRef', 'methodToken'],
    additionalProperties: false,
  },
  stockHeld: {
    type: 'object',
    properties: {
      reservationId: { type: 'string', minLength: 1, maxLength: 128 },
      lineId: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
      holds: {
        minItems: 1,
        maxItems: 200,
        type: 'array',
        items: {
          type: 'object',
          properties: {
            holdId: { type: 'string', minLength: 1, maxLength: 128 },
            warehouseId: { type: 'string', minLength: 1, maxLength: 128 },
            sku: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
            quantity: { type: 'integer', minimum: 1, maximum: 100000 },
            expiresAt: {
              type: 'string',
              pattern:
                '^(?:(?:\\d\\d[2468][048]|\\d\\d[13579][26]|\\d\\d0[48]|[02468][048]00|[13579][26]00)-02-29|\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|(?:02)-(?:0[1-9]|1\\d|2[0-8])))T(?:(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d+)?(?:Z))$',
            },
          },
          required: ['holdId', 'warehouseId', 'sku', 'quantity', 'expiresAt'],
          additionalProperties: false,
        },
      },
    },
    required: ['reservationId', 'lineId', 'holds'],
    additionalProperties: false,
  },
  holdExpired: {
    type: 'object',
    properties: {
      holdId: { type: 'string', minLength: 1, maxLength: 128 },
      lineId: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
      warehouseId: { type: 'string', minLength: 1, maxLength: 128 },
      sku: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
      quantity: { type: 'integer', minimum: 1, maximum: 100000 },
    },
    required: ['holdId', 'lineId', 'warehouseId', 'sku', 'quantity'],
    additionalProperties: false,
  },
  authorizationDecided: {
    anyOf: [
      {
        type: 'object',
        properties: {
          outcome: { type: 'string', const: 'authorized' },
          authorizationId: { type: 'string', minLength: 1, maxLength: 128 },
          amount: {
            type: 'object',
            properties: {
              minor: { type: 'integer', minimum: 0, maximum: 9007199254740991 },
              currency: { type: 'string', pattern: '^[A-Z]{3}$' },
            },
            required: ['minor', 'currency'],
            additionalProperties: false,
          },
          expiresAt: {
            type: 'string',
            pattern:
              '^(?:(?:\\d\\d[2468][048]|\\d\\d[13579][26]|\\d\\d0[48]|[02468][048]00|[13579][26]00)-02-29|\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|(?:02)-(?:0[1-9]|1\\d|2[0-8])))T(?:(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d+)?(?:Z))$',
          },
        },
        required: ['outcome', 'authorizationId', 'amount', 'expiresAt'],
        additionalProperties: false,
      },
      {
        type: 'object',
        properties: {
          outcome: { type: 'string', const: 'declined' },
          authorizationId: { type: 'string', minLength: 1, maxLength: 128 },
          code: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
        },
        required: ['outcome', 'authorizationId', 'code'],
        additionalProperties: false,
      },
    ],
  },
  captureDecided: {
    anyOf: [
      {
        type: 'object',
        properties: {
          outcome: { type: 'string', const: 'captured' },
          captureId: { type: 'string', minLength: 1, maxLength: 128 },
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
        required: ['outcome', 'captureId', 'amount'],
        additionalProperties: false,
      },
      {
        type: 'object',
        properties: {
          outcome: { type: 'string', const: 'declined' },
          captureId: { type: 'string', minLength: 1, maxLength: 128 },
          code: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
        },
        required: ['outcome', 'captureId', 'code'],
        additionalProperties: false,
      },
    ],
  },
  refundDecided: {
    anyOf: [
      {
        type: 'object',
        properties: {
          outcome: { type: 'string', const: 'refunded' },
          refundId: { type: 'string', minLength: 1, maxLength: 128 },
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
        required: ['outcome', 'refundId', 'amount'],
        additionalProperties: false,
      },
      {
        type: 'object',
        properties: {
          outcome: { type: 'string', const: 'failed' },
          refundId: { type: 'string', minLength: 1, maxLength: 128 },
          code: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
        },
        required: ['outcome', 'refundId', 'code'],
        additionalProperties: false,
      },
    ],
  },
  paymentChargedBack: {
    type: 'object',
    properties: {
      chargebackId: { type: 'string', minLength: 1, maxLength: 128 },
      captureId: { type: 'string', minLength: 1, maxLength: 128 },
      amount: {
        type: 'object',
        properties: {
          minor: { type: 'integer', minimum: 0, maximum: 9007199254740991 },
          currency: { type: 'string', pattern: '^[A-Z]{3}$' },
        },
        required: ['minor', 'currency'],
        additionalProperties: false,
      },
      code: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
      evidenceDueAt: {
        type: 'string',
        pattern:
          '^(?:(?:\\d\\d[2468][048]|\\d\\d[13579][26]|\\d\\d0[48]|[02468][048]00|[13579][26]00)-02-29|\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|(?:02)-(?:0[1-9]|1\\d|2[0-8])))T(?:(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d+)?(?:Z))$',
      },
    },
    required: ['chargebackId', 'captureId', 'amount', 'code', 'evidenceDueAt'],
    additionalProperties: false,
  },
  shipmentDispatched: {
    type: 'object',
    properties: {
      shipmentId: { type: 'string', minLength: 1, maxLength: 128 },
      number: { type: 'integer', minimum: 1, maximum: 9999 },
      at: {
        type: 'string',
        pattern:
          '^(?:(?:\\d\\d[2468][048]|\\d\\d[13579][26]|\\d\\d0[48]|[02468][048]00|[13579][26]00)-02-29|\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|(?:02)-(?:0[1-9]|1\\d|2[0-8])))T(?:(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d+)?(?:Z))$',
      },
      code: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
    },
    required: ['shipmentId', 'number', 'at'],
    additionalProperties: false,
  },
  shipmentInTransit: {
    type: 'object',
    properties: {
      shipmentId: { type: 'string', minLength: 1, maxLength: 128 },
      number: { type: 'integer', minimum: 1, maximum: 9999 },
      at: {
        type: 'string',
        pattern:
          '^(?:(?:\\d\\d[2468][048]|\\d\\d[13579][26]|\\d\\d0[48]|[02468][048]00|[13579][26]00)-02-29|\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|(?:02)-(?:0[1-9]|1\\d|2[0-8])))T(?:(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d+)?(?:Z))$',
      },
      code: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
    },
    required: ['shipmentId', 'number', 'at'],
    additionalProperties: false,
  },
  shipmentDelivered: {
    type: 'object',
    properties: {
      shipmentId: { type: 'string', minLength: 1, maxLength: 128 },
      number: { type: 'integer', minimum: 1, maximum: 9999 },
      at: {
        type: 'string',
        pattern:
          '^(?:(?:\\d\\d[2468][048]|\\d\\d[13579][26]|\\d\\d0[48]|[02468][048]00|[13579][26]00)-02-29|\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|(?:02)-(?:0[1-9]|1\\d|2[0-8])))T(?:(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d+)?(?:Z))$',
      },
      code: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
    },
    required: ['shipmentId', 'number', 'at'],
    additionalProperties: false,
  },
  shipmentDeliveryFailed: {
    type: 'object',
    properties: {
      shipmentId: { type: 'string', minLength: 1, maxLength: 128 },
      number: { type: 'integer', minimum: 1, maximum: 9999 },
      at: {
        type: 'string',
        pattern:
          '^(?:(?:\\d\\d[2468][048]|\\d\\d[13579][26]|\\d\\d0[48]|[02468][048]00|[13579][26]00)-02-29|\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|(?:02)-(?:0[1-9]|1\\d|2[0-8])))T(?:(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d+)?(?:Z))$',
      },
      code: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
    },
    required: ['shipmentId', 'number', 'at'],
    additionalProperties: false,
  },
  shipmentReturned: {
    type: 'object',
    properties: {
      shipmentId: { type: 'string', minLength: 1, maxLength: 128 },
      number: { type: 'integer', minimum: 1, maximum: 9999 },
      at: {
        type: 'string',
        pattern:
          '^(?:(?:\\d\\d[2468][048]|\\d\\d[13579][26]|\\d\\d0[48]|[02468][048]00|[13579][26]00)-02-29|\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|(?:02)-(?:0[1-9]|1\\d|2[0-8])))T(?:(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d+)?(?:Z))$',
      },
      code: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
    },
    required: ['shipmentId', 'number', 'at'],
    additionalProperties: false,
  },
  shipmentLost: {
    type: 'object',
    properties: {
      shipmentId: { type: 'string', minLength: 1, maxLength: 128 },
      number: { type: 'integer', minimum: 1, maximum: 9999 },
      at: {
        type: 'string',
        pattern:
          '^(?:(?:\\d\\d[2468][048]|\\d\\d[13579][26]|\\d\\d0[48]|[02468][048]00|[13579][26]00)-02-29|\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|(?:02)-(?:0[1-9]|1\\d|2[0-8])))T(?:(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d+)?(?:Z))$',
      },
      code: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
    },
    required: ['shipmentId', 'number', 'at'],
    additionalProperties: false,
  },
  stopAnswered: {
    type: 'object',
    properties: {
      shipmentId: { type: 'string', minLength: 1, maxLength: 128 },
      outcome: { type: 'string', enum: ['alreadyDispatched', 'stopped'] },
    },
    required: ['shipmentId', 'outcome'],
    additionalProperties: false,
  },
  returnReceived: {
    type: 'object',
    properties: {
      lineIds: {
        minItems: 1,
        maxItems: 200,
        type: 'array',
        items: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
      },
    },
    required: ['lineIds'],
    additionalProperties: false,
  },
  amendOrder: {
    type: 'object',
    properties: {
      content: {
        type: 'object',
        properties: {
          lines: {
            minItems: 1,
            maxItems: 200,
            type: 'array',
            items: {
              type: 'object',
              properties: {
                lineId: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
                sku: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
                quantity: { type: 'integer', minimum: 1, maximum: 100000 },
                unitPrice: {
                  type: 'object',
                  properties: {
                    minor: { type: 'integer', minimum: 0, maximum: 9007199254740991 },
                    currency: { type: 'string', pattern: '^[A-Z]{3}$' },
                  },
                  required: ['minor', 'currency'],
                  additionalProperties: false,
                },
              },
              required: ['lineId', 'sku', 'quantity', 'unitPrice'],
              additionalProperties: false,
            },
          },
          destination: {
            type: 'object',
            properties: {
              country: { type: 'string', pattern: '^[A-Z]{2}$' },
              postalCode: { type: 'string', maxLength: 16 },
            },
            required: ['country', 'postalCode'],
            additionalProperties: false,
          },
          addressRef: { type: 'string', minLength: 1, maxLength: 128 },
          delivery: {
            type: 'object',
            properties: {
              minor: { type: 'integer', minimum: 0, maximum: 9007199254740991 },
              currency: { type: 'string', pattern: '^[A-Z]{3}$' },
            },
            required: ['minor', 'currency'],
            additionalProperties: false,
          },
        },
        required: ['lines', 'destination', 'addressRef'],
        additionalProperties: false,
      },
      reasonCode: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
      note: { type: 'string', minLength: 1, maxLength: 128 },
    },
    required: ['content', 'reasonCode'],
    additionalProperties: false,
  },
  cancelOrder: {
    type: 'object',
    properties: {
      reasonCode: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
      note: { type: 'string', minLength: 1, maxLength: 128 },
    },
    required: ['reasonCode'],
    additionalProperties: false,
  },
  answerCustomer: {
    type: 'object',
    properties: {
      choice: { type: 'string', enum: ['shipAvailable', 'wait'] },
      reasonCode: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
      note: { type: 'string', minLength: 1, maxLength: 128 },
    },
    required: ['choice', 'reasonCode'],
    additionalProperties: false,
  },
  changePayment: {
    type: 'object',
    properties: {
      methodToken: { type: 'string', minLength: 1, maxLength: 128 },
      reasonCode: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
      note: { type: 'string', minLength: 1, maxLength: 128 },
    },
    required: ['methodToken', 'reasonCode'],
    additionalProperties: false,
  },
  decideRisk: {
    type: 'object',
    properties: {
      decision: { type: 'string', enum: ['approve', 'decline'] },
      reasonCode: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
      note: { type: 'string', minLength: 1, maxLength: 128 },
    },
    required: ['decision', 'reasonCode'],
    additionalProperties: false,
  },
  resolveException: {
    type: 'object',
    properties: {
      decision: { type: 'string', enum: ['cancel', 'retry', 'settled'] },
      reference: { type: 'string', minLength: 1, maxLength: 128 },
      reasonCode: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
      note: { type: 'string', minLength: 1, maxLength: 128 },
    },
    required: ['decision', 'reasonCode'],
    additionalProperties: false,
  },
  requestReturn: {
    type: 'object',
    properties: {
      lineIds: {
        minItems: 1,
        maxItems: 200,
        type: 'array',
        items: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
      },
      reasonCode: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
      note: { type: 'string', minLength: 1, maxLength: 128 },
    },
    required: ['lineIds', 'reasonCode'],
    additionalProperties: false,
  },
  inspectReturn: {
    type: 'object',
    properties: {
      lines: {
        minItems: 1,
        maxItems: 200,
        type: 'array',
        items: {
          type: 'object',
          properties: {
            lineId: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
            refund: {
              type: 'object',
              properties: {
                minor: { type: 'integer', minimum: 0, maximum: 9007199254740991 },
                currency: { type: 'string', pattern: '^[A-Z]{3}$' },
              },
              required: ['minor', 'currency'],
              additionalProperties: false,
            },
          },
          required: ['lineId', 'refund'],
          additionalProperties: false,
        },
      },
      reasonCode: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
      note: { type: 'string', minLength: 1, maxLength: 128 },
    },
    required: ['lines', 'reasonCode'],
    additionalProperties: false,
  },
  answerChargeback: {
    type: 'object',
    properties: {
      decision: { type: 'string', enum: ['accepted', 'evidenceSent'] },
      reference: { type: 'string', minLength: 1, maxLength: 128 },
      reasonCode: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
      note: { type: 'string', minLength: 1, maxLength: 128 },
    },
    required: ['decision', 'reasonCode'],
    additionalProperties: false,
  },
};
