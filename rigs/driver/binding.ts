import { z } from 'zod';
import type { Driver, Reach, Role } from './driver.ts';
import { type InstrumentDescription, instrumentBlock } from './instrument-block.ts';
import { DRIVERS } from './registry.ts';

/** A role of a rig file bound to a driver: its port, its certificate, and the driver's own options. */
export interface Binding {
  readonly driver: string;
  /** Null for a driver that needs none. */
  readonly port: string | null;
  readonly instrument: InstrumentDescription | null;
  /** The module of a driver of the user's own; null for ours. */
  readonly file: string | null;
  /** Checked by the driver's own shape; that of the user's own driver when it is loaded. */
  readonly options: object;
}

const line = z
  .string({ error: () => "'simulated', a device path, or tcp://host:port" })
  .regex(/^(simulated|\/\S+|COM\d+|tcp:\/\/\S+:\d+)$/, {
    error: ({ input }) =>
      `"${String(input)}" is no port: write simulated, a device path such as /dev/serial/by-id/..., COM3, or tcp://host:port`,
  });

const url = z
  .string({ error: () => 'an address such as http://192.0.2.10' })
  .regex(/^https?:\/\/\S+$/, {
    error: ({ input }) => `"${String(input)}" is no address: write http://host or https://host`,
  });

const PORTS = {
  line: { port: line },
  url: { port: url },
  none: {},
} as const satisfies Record<Reach, z.ZodRawShape>;

/**
 * The schema of a role's binding: a union over its drivers, with the keys of the role itself. Output:
 * the role's keys as they are, driver, port and instrument, and all others as `options`.
 */
export function bindingSchema<Shape extends z.ZodRawShape>(role: Role, shape: Shape) {
  const common = { instrument: instrumentBlock.optional(), ...shape };
  const ours = (DRIVERS[role] as readonly Driver[]).map((driver) =>
    z
      .strictObject({
        driver: z.literal(driver.name),
        ...PORTS[driver.reach],
        ...common,
        ...driver.options,
      })
      .describe(driver.summary),
  );
  const own = z
    .strictObject({
      driver: z.literal('own'),
      file: z.string().min(1).describe('A module whose default export is a driver.'),
      port: z.string().min(1).optional(),
      options: z.looseObject({}).optional().describe('What its own shape asks for.'),
      ...common,
    })
    .describe("A driver of the user's own, from a file beside the rig file.");
  return z
    .discriminatedUnion('driver', [own, ...ours])
    .transform((value) => bindingOf(value, shape));
}

/** What stands in a binding beside the keys of the role is the driver's. */
function bindingOf<Shape extends z.ZodRawShape>(
  written: object,
  shape: Shape,
): z.output<z.ZodObject<Shape>> & Binding {
  const {
    driver,
    port = null,
    instrument = null,
    file = null,
    ...rest
  } = written as WrittenBinding;
  const isOfRole = ([key]: readonly [string, unknown]): boolean => Object.hasOwn(shape, key);
  const entries = Object.entries(rest);
  const role = Object.fromEntries(entries.filter(isOfRole)) as z.output<z.ZodObject<Shape>>;
  const options = Object.fromEntries(entries.filter((entry) => !isOfRole(entry)));
  const binding: Binding = {
    driver,
    port,
    instrument,
    file,
    options: driver === 'own' ? (rest.options ?? {}) : options,
  };
  return { ...role, ...binding };
}

interface WrittenBinding {
  readonly driver: string;
  readonly port?: string;
  readonly instrument?: InstrumentDescription;
  readonly file?: string;
  readonly options?: object;
}
