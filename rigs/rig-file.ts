import { z } from 'zod';
import { parseQuantity } from '../devices/domain/quantity.ts';
import type { Unit } from '../devices/domain/quantity.ts';
import { written } from './written-quantity.ts';

/**
 * The rig file: which driver reaches which instrument over which port, what is permitted, and what
 * safe means here. `simulated` as a port puts the instrument's twin at the other end.
 */

const port = z
  .string({ error: () => "'simulated', a device path, or tcp://host:port" })
  .regex(/^(simulated|\/\S+|COM\d+|tcp:\/\/\S+:\d+)$/, {
    error: ({ input }) =>
      `"${String(input)}" is no port: write simulated, a device path such as /dev/serial/by-id/..., COM3, or tcp://host:port`,
  });

const date = z.iso.date({ error: () => 'a date, year first: 2026-02-01' });

const instrument = z
  .strictObject({
    make: z.string().min(1),
    model: z.string().min(1),
    serial: z.string().min(1),
    certificate: z.string().min(1).optional(),
    calibrated: date.optional(),
    due: date.optional(),
    U: z
      .string({ error: () => 'the expanded uncertainty with its unit, e.g. "0.02 %"' })
      .refine((text) => parseQuantity(text) !== undefined, {
        error: () => 'the expanded uncertainty with its unit, e.g. "0.02 %"',
      })
      .optional()
      .describe('Expanded uncertainty with its unit.'),
    k: z.number().positive().optional().describe('Coverage factor of U.'),
  })
  .refine((block) => (block.U === undefined) === (block.k === undefined), {
    error: () => 'U and k belong together',
  })
  .transform((block): InstrumentDescription => ({
    make: block.make,
    model: block.model,
    serial: block.serial,
    certificate: block.certificate ?? null,
    calibrated: block.calibrated ?? null,
    due: block.due ?? null,
    uncertainty: uncertaintyOf(block.U, block.k),
  }));

/** An instrument as its certificate describes it. */
export interface InstrumentDescription {
  readonly make: string;
  readonly model: string;
  readonly serial: string;
  readonly certificate: string | null;
  /** ISO dates. */
  readonly calibrated: string | null;
  readonly due: string | null;
  /** Expanded uncertainty U in `unit` with its coverage factor k. */
  readonly uncertainty: {
    readonly expanded: number;
    readonly unit: Unit;
    readonly coverageFactor: number;
  } | null;
}

function uncertaintyOf(
  text: string | undefined,
  coverageFactor: number | undefined,
): InstrumentDescription['uncertainty'] {
  const quantity = text === undefined ? undefined : parseQuantity(text);
  if (quantity === undefined || coverageFactor === undefined) return null;
  return { expanded: quantity.value, unit: quantity.unit, coverageFactor };
}

function binding<Driver extends string>(driver: Driver) {
  return { driver: z.literal(driver), port, instrument: instrument.optional() };
}

const line = z.enum(['on', 'off']);

const position = z.strictObject({
  id: z.string().min(1),
  dut: z.strictObject({
    profile: z.string().min(1),
    serial: z.string().min(1).describe('Serial number on the nameplate.'),
  }),
  optical: z
    .strictObject({
      ...binding('c12-18'),
      lines: z
        .strictObject({ dtr: line, rts: line, settle: written('ns') })
        .optional()
        .describe('How this probe wants its control lines; probes differ.'),
    })
    .optional(),
  'clock-output': z.strictObject(binding('edge-input')).optional(),
  'module-link': z.strictObject(binding('tap')).optional(),
});

/** A *.rig.yaml as a person writes it; see {@link RigFile} for the output's meaning. */
export const rigFileSchema = z.strictObject({
  rig: z.string().min(1),
  time: z.enum(['simulated', 'wall']).optional(),
  limits: z.strictObject({ voltage: written('mV'), current: written('mA') }),
  'safe-state': z.strictObject({ mains: z.literal('open'), source: z.literal('off') }),
  consent: z.array(z.enum(['reads', 'writes', 'clears billing', 'may lock', 'may brick'])),
  positions: z.array(position).min(1),
  mains: z
    .strictObject({
      ...binding('lcus'),
      channel: z.int().min(1).max(255),
      switches: z
        .enum(['contactor', 'potential circuit'])
        .describe('A hobby relay never switches the load current.'),
      readback: z.enum(['none', 'state']),
      'verify-by': z.enum(['standard', 'readback', 'nothing']),
    })
    .optional(),
  source: z.strictObject(binding('scpi-source')).optional(),
  standard: z
    .strictObject({
      ...binding('zera-scpi'),
      senses: z.enum(['upstream', 'downstream']).describe('Which side of the isolation switch.'),
    })
    .optional(),
});

/** A rig file after loading: quantities are whole numbers (mV, mA, ns). */
export type RigFile = z.output<typeof rigFileSchema>;
export type RigPosition = RigFile['positions'][number];
