import jsonata from 'jsonata';
import { z } from 'zod';
import { messageOf } from '../../devices/domain/error-text.ts';
import { TRANSACTION_KINDS } from '../../devices/domain/northbound.ts';
import { UPLINK_ADDRESSEE, type UplinkKind } from '../../devices/protocol/centron-gprs/messages.ts';

/**
 * The mapping file (*.mqtt-map.yaml): how what meters say over MQTT stands in the topics and payloads
 * of a head-end that somebody else wrote, and what that head-end says in those of meters.
 */

const expression = z
  .string()
  .superRefine((text, context) => {
    try {
      jsonata(text);
    } catch (error) {
      const told =
        typeof error === 'object' && error !== null && 'message' in error ? error.message : error;
      context.addIssue({ code: 'custom', message: `no JSONata: ${messageOf(told)}` });
    }
  })
  .describe('A JSONata expression.');

/** What a meter says, besides what it says by itself the answer to a transaction. */
const UP_KINDS = [...(Object.keys(UPLINK_ADDRESSEE) as UplinkKind[]), 'response'] as const;
const DOWN_KINDS = [...TRANSACTION_KINDS, 'answer'] as const;

const up = z.strictObject({
  of: z.array(z.enum(UP_KINDS)).min(1).describe('Kinds of messages; others are left alone.'),
  topic: expression.describe('JSONata over { serial, customer, server, kind, n, answers, body }.'),
  payload: expression.describe('The same; an object or list is sent as JSON, a text as it is.'),
});

const down = z.strictObject({
  topic: z.string().min(1).describe('Filter of MQTT: what the head-end publishes.'),
  message: expression.describe(
    'JSONata over { topic, levels, payload }; yields { serial, server, kind, body } with answers and pin as needed, or nothing.',
  ),
});

/** A *.mqtt-map.yaml as a person writes it. */
export const mappingFileSchema = z.strictObject({
  mapping: z.string().min(1).describe('What is fed, as logs call it.'),
  up: z.array(up).min(1),
  down: z.array(down).optional(),
});

export type MappingFile = z.output<typeof mappingFileSchema>;

/** What a rule for what the head-end says must yield. */
export const toldMeter = z.strictObject({
  serial: z.string().min(1),
  server: z.enum(['head-end', 'configuration-server']).default('head-end'),
  kind: z.enum(DOWN_KINDS),
  answers: z.int().positive().optional(),
  /** 40 hexadecimal digits. */
  pin: z
    .string()
    .regex(/^[0-9a-f]{40}$/)
    .optional(),
  body: z.record(z.string(), z.unknown()).default({}),
});
