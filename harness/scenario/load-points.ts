import { z } from 'zod';
import { LOAD_KINDS } from '../../devices/domain/load-kind.ts';
import { formatQuantity, parseQuantity } from '../../devices/domain/quantity.ts';
import type { Unit } from '../../devices/domain/quantity.ts';
import type { MeterProfile } from '../../devices/domain/profile.ts';
import { loadDocument } from '../document/document.ts';
import type { Loaded } from '../document/mistake.ts';
import type { ParameterValue } from '../plan/plan.ts';
import type { ValueType } from './value.ts';

/**
 * Load points with their limits as data (*.limits.yaml): the tables of the standards may not be
 * copied, so whoever owns a licensed copy fills them in, and says which edition it is.
 */

const percentage = z
  .string({ error: () => 'a percentage, e.g. "0.5 %"' })
  .refine((text) => parseQuantity(text)?.unit === 'ppm', {
    error: ({ input }) => `"${String(input)}" is no percentage, e.g. "0.5 %"`,
  })
  .transform((text) => parseQuantity(text)?.value ?? 0);

const TEST_AMPS = / of test amps$/;

/** Of the meter's test amperes (ppm), or an absolute current (mA). */
const current = z
  .string({ error: () => 'a current: "15 A" or "10 % of test amps"' })
  .refine((text) => currentOf(text) !== null, {
    error: ({ input }) => `"${String(input)}" is no current: "15 A" or "10 % of test amps"`,
  })
  .transform((text) => currentOf(text) ?? { value: 0, unit: 'mA' as const });

function currentOf(text: string): { readonly value: number; readonly unit: 'mA' | 'ppm' } | null {
  const parsed = parseQuantity(text.replace(TEST_AMPS, ''));
  const unit = TEST_AMPS.test(text) ? 'ppm' : 'mA';
  if (parsed === undefined || parsed.unit !== unit || parsed.value <= 0) return null;
  return { value: parsed.value, unit };
}

const loadPoint = z.strictObject({
  point: z.string().min(1).describe('Its name, which is the name of the case.'),
  kind: z.enum(LOAD_KINDS),
  current,
  'power-factor': percentage.optional().describe('Lagging; 100 % when not given.'),
  element: z.enum(['all', 'A', 'B', 'C']).optional().describe('Driven alone; all when not given.'),
  limits: z
    .record(z.string(), percentage)
    .refine((table) => Object.keys(table).every((name) => classOf(name) !== null), {
      error: () => 'limits stand by accuracy class, e.g. { class 0.5: 0.5 % }',
    })
    .describe('Largest amount of the error by accuracy class.'),
});

/** "class 0.5" as ppm. */
function classOf(name: string): number | null {
  const [, figure] = /^class (\d+(?:\.\d+)?)$/.exec(name) ?? [];
  return figure === undefined ? null : (parseQuantity(`${figure} %`)?.value ?? null);
}

const loadPointsSchema = z.strictObject({
  limits: z.string().min(1).describe('What the figures are, as a title.'),
  source: z.string().min(1),
  edition: z.string().min(1),
  'verified-by': z.string().min(1).describe('Who compared them with the source, and when.'),
  'load-points': z
    .array(loadPoint)
    .min(1)
    .refine((points) => new Set(points.map(({ point }) => point)).size === points.length, {
      error: () => 'two load points have one name',
    }),
});

/** A file of load points: currents in mA or in ppm of the test amperes, limits in ppm. */
export type LoadPoints = z.output<typeof loadPointsSchema>;
type LoadPoint = LoadPoints['load-points'][number];

/** Loads a *.limits.yaml. */
export function loadLoadPoints(file: string, text: string): Loaded<LoadPoints> {
  return loadDocument(file, text, loadPointsSchema);
}

/** The parameters that each load point gives to its case. */
export const LOAD_POINT_PARAMETERS = {
  kind: 'text',
  current: 'mA',
  powerFactor: 'ppm',
  element: 'text',
  limit: 'ppm',
} as const satisfies Readonly<Record<string, ValueType>>;

type PointParameters = Readonly<Record<keyof typeof LOAD_POINT_PARAMETERS, ParameterValue>>;

/** What a load point is for one meter type, or why it is nothing for it. */
export function pointFor(
  point: LoadPoint,
  { limits: title }: LoadPoints,
  profile: MeterProfile,
): { readonly parameters: PointParameters } | { readonly reason: string } {
  const limit = Object.entries(point.limits).find(
    ([name]) => classOf(name) === profile.accuracyClassPpm,
  );
  if (limit === undefined) {
    const own = formatQuantity({ value: profile.accuracyClassPpm, unit: 'ppm' });
    return { reason: `"${title}" gives no limit for the class ${own} of ${profile.profile}` };
  }
  const { value, unit } = point.current;
  const milliAmps =
    unit === 'mA' ? value : Math.round((value / 1e6) * profile.testCurrentMilliAmps);
  return {
    parameters: {
      kind: point.kind,
      current: quantity(milliAmps, 'mA'),
      powerFactor: quantity(point['power-factor'] ?? 1_000_000, 'ppm'),
      element: point.element ?? 'all',
      limit: quantity(limit[1], 'ppm'),
    },
  };
}

function quantity(value: number, unit: Unit): ParameterValue {
  return { value, unit };
}
