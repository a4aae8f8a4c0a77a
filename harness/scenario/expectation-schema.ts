import { z } from 'zod';
import { MESSAGE_KINDS, MESSAGE_LAYOUT } from '../../devices/domain/message.ts';
import { ALARM_KINDS } from '../../devices/domain/northbound.ts';
import { SNAPSHOT_FIELDS } from '../../rigs/port/fleet.ts';
import { keyedUnion } from '../document/schema-walk.ts';
import { NOT_NEGATIVE, POSITIVE, amount, count, duration, flag, quantity } from './value.ts';

/** What a scenario may expect: one schema for each kind, told apart by its first key. */

const requirement = z.string().regex(/^[A-Z]+-\d+$/, {
  error: ({ input }) => `"${String(input)}" is no requirement id (they look like CLK-01)`,
});

/** Whether something has the form of a requirement id; whether there is one, the catalogue knows. */
export function isRequirementId(written: unknown): written is string {
  return requirement.safeParse(written).success;
}

const expression = (description: string) => z.string().min(1).describe(`CEL. ${description}`);

const message = z.enum(MESSAGE_KINDS);

const alarm = z.enum(ALARM_KINDS);

/** Kinds that carry an outage number. */
const OUTAGE_KINDS = MESSAGE_KINDS.filter((kind) =>
  (MESSAGE_LAYOUT[kind] as readonly string[]).includes('outageNumber'),
);

/** Flags of an interval of the load profile, as C12.19 ST64 has them (EXTENDED_INT_STATUS). */
export const INTERVAL_FLAGS = [
  'dst-changed',
  'power-fail',
  'clock-forward',
  'clock-back',
  'overflow',
  'partial',
  'long',
  'skipped',
  'test',
  'configuration-changed',
  'stopped',
] as const;

const anchor = z
  .string({ error: () => "'start of <step>', 'end of <step>' or 'start of case'" })
  .regex(/^(start|end) of \S+$/, {
    error: ({ input }) => `"${String(input)}": write 'start of <step>' or 'end of <step>'`,
  })
  .refine((written) => written !== 'end of case', {
    error: () =>
      "'end of case' is no instant to watch from: write 'start of case', or 'end of <step>' with the last step",
  })
  .describe("'start of <step>', 'end of <step>' or 'start of case'.");

const origin = z
  .union(
    [
      z.string().regex(/^([A-Z]+-\d+|user)$/, {
        error: ({ input }) =>
          `"${String(input)}" is no origin: a requirement id, user, {class: ...} or {default: ...}`,
      }),
      keyedUnion({
        class: z.strictObject({ class: z.string().min(1) }),
        default: z.strictObject({ default: z.string().min(1) }),
      }),
    ],
    { error: () => 'where it comes from: a requirement id, user, {class: ...} or {default: ...}' },
  )
  .describe('Where the bound comes from: a requirement id, user, a class table, or our default.');

const limits = z.strictObject(
  {
    'max-abs': quantity('any quantity', 'The amount may not be larger.', NOT_NEGATIVE).optional(),
    min: quantity('any quantity', 'Smallest value that passes.').optional(),
    max: quantity('any quantity', 'Largest value that passes.').optional(),
    from: origin,
    rule: z.enum(['simple acceptance', 'guard band']).optional(),
    resolution: quantity(
      'any quantity',
      'How finely the limit is meant to be decided.',
      POSITIVE,
    ).optional(),
  },
  { error: () => 'the limits with their origin, e.g. {max-abs: 1 s, from: CLK-09}' },
);

const control = z
  .strictObject(
    { message, within: duration('Longest time after the window.') },
    {
      error: () =>
        'a positive control must show that the observer hears, e.g. {message: heartbeat, within: 2 min}',
    },
  )
  .describe('This message must arrive inside the window and after it, or nothing is decided.');

const window = {
  since: anchor,
  for: duration('How long.'),
  control,
};

const computed = (description: string) =>
  z.strictObject({
    is: expression(description),
    tolerance: amount('How far off it may be.', 'how far off it may be, e.g. "1 s"'),
  });

const common = {
  id: z
    .string()
    .regex(/^[a-z][a-z0-9-]*$/, { error: () => 'an id is in small letters, digits and hyphens' })
    .optional(),
  decides: z
    .array(requirement)
    .min(1)
    .optional()
    .describe('Requirements that it decides; may be left out when the scenario covers just one.'),
  when: expression('Asked only when this is true, over parameters and measured.<name>.').optional(),
  'each-of': z.string().optional().describe('The group of meters; all when not given.'),
};

export const expectationBranches = {
  measure: z
    .strictObject({ measure: z.string(), limits, ...common })
    .describe('A measurement lies within its limits.'),
  recorded: z
    .strictObject({
      recorded: z.string(),
      raw: z.record(z.string(), amount('The least amount.', 'the least amount, e.g. 25 or "1 Wh"')),
      ...common,
    })
    .describe('A measurement is there with its raw counts, each at least so large.'),
  message: z
    .strictObject({
      message,
      since: anchor,
      after: duration('Not before this long after `since`.', NOT_NEGATIVE).optional(),
      within: duration('At the latest this long after `since` and `after`.'),
      from: origin,
      count: z
        .union([
          z.literal('once'),
          count('How many; none is `never`.', 1, ': that none comes is asked by never'),
        ])
        .optional(),
      value: computed('The value that the field must have.')
        .extend({ field: z.string() })
        .optional(),
      'pairs-with': z
        .enum(OUTAGE_KINDS)
        .optional()
        .describe('Carries the outage number of the one message of this kind before it.'),
      ...common,
    })
    .describe('A message arrives in its time, so many times.'),
  never: z
    .strictObject({
      never: z
        .array(
          keyedUnion({
            message: z.strictObject({ message }),
            event: z.strictObject({
              event: z.int().min(0).describe('C12.19 event code.'),
              log: z.string().describe('The reading of the event log that would show it.'),
            }),
          }),
        )
        .min(1),
      ...window,
      ...common,
    })
    .describe('None of these is seen in a window in which the observer was shown to hear.'),
  unchanged: z
    .strictObject({
      unchanged: z.strictObject({ before: z.string(), after: z.string() }),
      tolerance: quantity('any quantity', 'How far apart they may be.', NOT_NEGATIVE),
      ...window,
      ...common,
    })
    .describe('Two measurements before and after a window agree.'),
  events: z
    .strictObject({
      events: z.string().describe('The reading of the event log.'),
      codes: z.array(z.int().min(0)).min(1).describe('C12.19 codes in order, each exactly once.'),
      'stamps-differ-by': computed('Stamp of the last minus stamp of the first.').optional(),
      ...common,
    })
    .describe('The event log holds these entries, each once, in this order.'),
  intervals: z
    .strictObject({
      intervals: z.string().describe('The reading of the load profile.'),
      contiguous: flag('No interval is lost, none is there twice.').optional(),
      'sum-since': z
        .string()
        .optional()
        .describe('The intervals add up to what the register advanced since this reading.'),
      'sum-tolerance': quantity('mWh', 'How far the sum may be off.', NOT_NEGATIVE).optional(),
      flags: z
        .array(z.enum(INTERVAL_FLAGS))
        .min(1)
        .optional()
        .describe('Each stands on at least one interval.'),
      ...common,
    })
    .describe('The load profile is whole.'),
  answer: z
    .strictObject({
      answer: z.string().describe('Id of the step that asked.'),
      accepted: z.boolean(),
      ...common,
    })
    .describe('The module accepts or refuses what a step asked.'),
  alarm: z
    .strictObject({
      alarm,
      since: anchor,
      after: duration('Not before this long after `since`.', NOT_NEGATIVE).optional(),
      within: duration('At the latest this long after `since` and `after`.'),
      from: origin,
      count: z
        .union([z.literal('once'), count('How many.', 1, ': that none comes is asked by never')])
        .optional(),
      'pairs-with': alarm
        .optional()
        .describe('It names the alarm of this kind of the same outage, which came before it.'),
      ...common,
    })
    .describe('The head-end tells of each meter northbound, in its time, so many times.'),
  snapshot: z
    .strictObject({
      snapshot: z.string().describe('The snapshot.'),
      holds: expression(
        `What is true of each meter, over ${Object.keys(SNAPSHOT_FIELDS).join(', ')}.`,
      ),
      ...common,
    })
    .describe('Both ends hold what they should, for each meter.'),
  threshold: z
    .strictObject({
      threshold: z
        .string()
        .regex(/^[a-z_]+\{alarm:[a-z-]+\}$/, {
          error: ({ input }) =>
            `"${String(input)}" is no metric with its tag; write e.g. alarm_latency{alarm:last-gasp}`,
        })
        .describe('A metric of the case with its tag, e.g. alarm_latency{alarm:last-gasp}.'),
      is: z.string().describe("A bound in k6's grammar, e.g. p(95)<5s, max<=30s or count==0."),
      from: origin,
      ...common,
    })
    .describe('A number over all meters of the group keeps its bound.'),
} as const;

export type WrittenExpectations = {
  readonly [K in keyof typeof expectationBranches]: z.output<(typeof expectationBranches)[K]>;
};
export type WrittenOrigin = z.output<typeof origin>;
export type WrittenLimits = z.output<typeof limits>;

export const expectationSchema = keyedUnion(expectationBranches);
