import { z } from 'zod';
import { LANGUAGES } from '../../devices/domain/language.ts';
import { benchNeed } from '../plan/bench-needs.ts';
import { keyedUnion } from '../document/schema-walk.ts';
import { expectationSchema } from './expectation-schema.ts';
import { isParameterName } from './expression.ts';
import { LOAD_POINT_PARAMETERS } from './load-points.ts';
import { NOT_NEGATIVE, POSITIVE, count, duration, quantity } from './value.ts';
import { VERBS } from './verb/index.ts';
import { NOTHING } from './verb/verb.ts';

/**
 * The scenario language as a schema: what an editor completes and what the loader checks first.
 * Nothing is transformed here; values become numbers when a case is compiled.
 */

const parameterName = z.string().refine(isParameterName, {
  error: ({ input }) =>
    `"${String(input)}" cannot name a parameter: camelCase, and no word of the language itself`,
});

const scalar = z.union([z.string(), z.number(), z.boolean()], {
  error: () => 'a value: a quantity such as "5 s", a number, true, false or a text',
});

const groupName = z.string().min(1);

const requirementId = z
  .string({ error: () => 'a requirement id such as CLK-01' })
  .regex(/^[A-Z]+-\d+$/, {
    error: ({ input }) => `"${String(input)}" is no requirement id (they look like CLK-01)`,
  });

const ROLES = [
  'isolation-switch',
  'reference-standard',
  'source',
  'optical-port',
  'clock-output',
  'pulse-input',
  'module-link',
  'console',
  'operator',
] as const;

/** Of probes and stimuli a bench may have several; the rig file names them. */
const namedRole = z.string().regex(/^(probe|stimulus) [^\s@][^@]*$/);

const roleWanted = {
  error: () =>
    `one of ${ROLES.join(', ')}; reference-standard and clock-output also with the uncertainty that is needed: reference-standard@0.02 %`,
};

/** A role with the greatest expanded uncertainty (k = 2) that it may have. */
const specifiedRole = z
  .string()
  .regex(/^(reference-standard|clock-output|probe \S.*)@.+$/, roleWanted)
  .refine((text) => benchNeed(text) !== undefined, roleWanted);

const needs = z
  .strictObject({
    meter: z
      .strictObject({
        clock: z.enum(['settable', 'output']).optional(),
        form: z.string().optional(),
        'hold-up': duration(
          'The storage carries the module at least so long.',
          NOT_NEGATIVE,
        ).optional(),
      })
      .optional(),
    'head-end': z.strictObject({ 'time-reference': z.literal(true).optional() }).optional(),
    language: z
      .array(z.enum(LANGUAGES))
      .min(1)
      .optional()
      .describe('The question is about what travels in these; any when not given.'),
    bench: z.array(z.union([z.enum(ROLES), namedRole, specifiedRole], roleWanted)).optional(),
  })
  .describe('What must be there; a bench that lacks it gets an inapplicable case with the reason.');

const edges = z
  .strictObject({
    edges: z
      .array(quantity('any quantity', 'A bound.'))
      .min(1)
      .describe('Bounds; each gives a case below, on and above it.'),
    step: quantity(
      'any quantity',
      'How far below and above, usually the tick of what decides.',
      POSITIVE,
    ),
    signs: z
      .enum(['both', 'positive', 'negative'])
      .optional()
      .describe('Positive when not given; both: every case also with the opposite sign.'),
    also: z.array(quantity('any quantity', 'A further value.')).optional(),
  })
  .describe('Below, on and above each edge; values below zero are left out.');

const matrix = z.record(parameterName, z.union([z.array(scalar).min(1), edges]), {
  error: () => 'a map from parameter names to their values, or a list of cases',
});

const oneCase = z
  .strictObject({ case: z.string({ error: () => 'the name of the case' }).min(1) })
  .catchall(scalar);

const step = z.discriminatedUnion(
  'do',
  Object.values(VERBS).map((verb) => {
    const common = {
      do: z.literal(verb.kind).describe(verb.summary),
      id: z
        .string()
        .regex(/^[a-z][a-z0-9-]*$/, {
          error: () => 'an id is in small letters, digits and hyphens',
        })
        .optional(),
      at: duration('Not before this long after the start of the case.', NOT_NEGATIVE).optional(),
      after: duration(
        'Not before this long after the end of the step before.',
        NOT_NEGATIVE,
      ).optional(),
      of: groupName.optional().describe('The group of meters; all when not given.'),
    };
    // A verb whose arguments may all be left out may be written without `with`.
    const bare = verb.schema === NOTHING;
    return z
      .strictObject({ ...common, with: bare ? verb.schema.optional() : verb.schema })
      .describe(verb.summary);
  }) as unknown as readonly [StepSchema, ...StepSchema[]],
);

type StepSchema = z.ZodObject<{
  do: z.ZodLiteral<keyof typeof VERBS>;
  with: z.ZodOptional<z.ZodObject>;
  id: z.ZodOptional<z.ZodString>;
  at: z.ZodOptional<z.ZodString>;
  after: z.ZodOptional<z.ZodString>;
  of: z.ZodOptional<z.ZodString>;
}>;

const group = z.union([
  z.literal('all'),
  keyedUnion({
    feeder: z.strictObject({ feeder: count('Number of the feeder, from 1 on.') }),
    share: z.strictObject({
      share: quantity('ppm', 'A part of all meters, evenly spread.', { above: 0, most: 1_000_000 }),
    }),
    first: z.strictObject({ first: count('So many meters, from the first one on.') }),
    not: z.strictObject({ not: groupName.describe('Every meter that this group does not hold.') }),
  }),
]);

const fleet = z
  .strictObject({
    meters: count('How many simulated meters.'),
    profile: z.string().describe('Meter type: a file or a short name.'),
    feeders: count(
      'Feeders, each with an equal part of consecutive meters; one when not given.',
    ).optional(),
    carrier: z
      .string()
      .optional()
      .describe('Model of the network between modules and head-end; ideal when not given.'),
    language: z
      .string()
      .optional()
      .describe(
        `What modules and servers speak: ${LANGUAGES.join(', ')}; as --protocol says when not given.`,
      ),
    commissioned: z
      .enum(['fresh', 'placed', 'provisioned'])
      .describe(
        'How far each meter was brought before the case begins: out of the box, registered, provisioned.',
      ),
    time: z.enum(['simulated', 'wall']).optional().describe('Simulated when not given.'),
    'disk-latency': duration(
      "How much longer a commit of the head-end's store takes (wall time): a slow disk.",
      NOT_NEGATIVE,
    ).optional(),
    lag: z
      .strictObject({
        generator: duration('Longest 99th percentile by which messages may be late.', POSITIVE),
        observer: duration('Longest 99th percentile by which they may be seen late.', POSITIVE),
      })
      .optional()
      .describe('Beyond these the run is INVALID (wall time).'),
  })
  .describe('Simulated meters in place of the one on the rig.');

const loadPoints = z
  .strictObject({ 'load-points': z.string().min(1).describe('A *.limits.yaml, from here.') })
  .describe(
    `A case for each load point of a file, with ${Object.keys(LOAD_POINT_PARAMETERS).join(', ')} as parameters.`,
  );

export const scenarioSchema = z.strictObject({
  scenario: z.string().min(1).describe('What is true when the scenario passes, as a sentence.'),
  covers: z.array(requirementId).min(1).describe('Requirements that the expectations decide.'),
  needs: needs.optional(),
  fleet: fleet.optional(),
  parameters: z.record(parameterName, scalar).optional(),
  cases: z
    .union([loadPoints, matrix, z.array(oneCase).min(1)], {
      error: () => 'a map from parameter names to their values, or a list of cases',
    })
    .optional(),
  groups: z
    .record(groupName, group)
    .optional()
    .describe('Named selections of meters; `all` is always there.'),
  steps: z.array(step).min(1),
  expect: z.array(expectationSchema).min(1),
});

/** A scenario as it is written. */
export type WrittenScenario = z.output<typeof scenarioSchema>;
export type WrittenGroup = z.output<typeof group>;
export type WrittenEdges = z.output<typeof edges>;
