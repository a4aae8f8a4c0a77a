import { z } from 'zod';
import { type Binding, bindingSchema } from './driver/binding.ts';
import type { Role } from './driver/driver.ts';
import { instrumentBlock } from './driver/instrument-block.ts';
import type { Connection } from './port/connection.ts';
import { EFFECTS } from './port/action.ts';
import { RIG_PROFILES } from './port/bench.ts';
import { written } from './written-quantity.ts';

/**
 * The rig file: which driver reaches which instrument over which port, what is permitted, and what
 * safe means here. `simulated` as a port puts the instrument's twin at the other end.
 */

/** Where a meter's module reaches a server that this rig plays. */
const udp = z.string().regex(/^(simulated|udp:\/\/\S+:\d+)$/, {
  error: ({ input }) =>
    `"${String(input)}" is no way of a module: write simulated, or udp://host:port where it reaches its head-end`,
});

const moduleLink = z
  .strictObject({
    driver: z.literal('tap'),
    port: udp.describe('simulated, or where the module reaches its head-end.'),
    configuration: udp
      .optional()
      .describe('Where it reaches the configuration server; the same port when not given.'),
    module: udp.optional().describe('Where the module is reached before it has said anything.'),
    instrument: instrumentBlock.optional(),
  })
  .transform(({ instrument = null, ...rest }) => ({ ...rest, instrument }));

const connection = z
  .strictObject({
    elements: z.int().min(1).max(3).describe('Elements that the source drives.'),
    factor: z
      .number()
      .positive()
      .optional()
      .describe('What the meter registers in proportion to what the standard sees; elements.'),
    driven: z.enum(['A', 'B', 'C']).optional().describe('The element, when it is one alone.'),
  })
  .refine(({ elements, driven }) => driven === undefined || elements === 1, {
    error: () => 'driven names one element, but elements says more',
  })
  .transform(({ elements, factor = elements, driven }): Connection => ({
    elements,
    factor,
    ...(driven && { driven }),
  }));

const socket = z.strictObject({
  id: z.string().min(1),
  dut: z.strictObject({
    profile: z.string().min(1),
    serial: z.string().min(1).describe('Serial number on the nameplate.'),
    barcode: z.string().min(1).optional().describe('What a scanner reads on the nameplate.'),
    connection: connection
      .optional()
      .describe('For comparisons; all elements in series-parallel when not given.'),
  }),
  optical: bindingSchema('optical-port', {}).optional(),
  'clock-output': bindingSchema('clock-output', {}).optional(),
  'pulse-input': bindingSchema('pulse-input', {}).optional(),
  'module-link': moduleLink.optional(),
  console: bindingSchema('console', {}).optional(),
  probes: z.record(z.string().min(1), bindingSchema('probe', {})).optional(),
  stimuli: z.record(z.string().min(1), bindingSchema('stimulus', {})).optional(),
});

/** A *.rig.yaml as a person writes it; see {@link RigFile} for the output's meaning. */
export const rigFileSchema = z.strictObject({
  rig: z.string().min(1),
  time: z.enum(['simulated', 'wall']).optional(),
  profile: z
    .enum(RIG_PROFILES)
    .optional()
    .describe(
      'lab and certification refuse an overdue calibration, development warns; lab when not given.',
    ),
  limits: z.strictObject({ voltage: written('mV'), current: written('mA') }),
  'safe-state': z.strictObject({ mains: z.literal('open'), source: z.literal('off') }),
  consent: z.array(z.enum(EFFECTS)),
  guardian: z
    .strictObject({
      silence: written('ns').describe('Silence of the runner that means it is lost; 500 ms.'),
    })
    .optional(),
  positions: z
    .array(socket)
    .min(1)
    .refine((positions) => new Set(positions.map(({ id }) => id)).size === positions.length, {
      error: () => 'two positions have one id',
    }),
  mains: bindingSchema('isolation-switch', {
    switches: z
      .enum(['contactor', 'potential circuit'])
      .describe('A hobby relay never switches the load current.'),
    readback: z.enum(['none', 'state']),
    'verify-by': z.enum(['standard', 'readback', 'nothing']),
    'in-series-with': z
      .string()
      .min(1)
      .optional()
      .describe('A second contact that is off at power-up; a line alone may not hold the mains.'),
  }).optional(),
  source: bindingSchema('source', {}).optional(),
  standard: bindingSchema('reference-standard', {
    senses: z.enum(['upstream', 'downstream']).describe('Which side of the isolation switch.'),
  }).optional(),
  probes: z
    .record(z.string().min(1), bindingSchema('probe', {}))
    .optional()
    .describe('Of the room: temperature, humidity.'),
});

/** A rig file after loading: quantities are whole numbers (mV, mA, ns). */
export type RigFile = z.output<typeof rigFileSchema>;
export type RigPosition = RigFile['positions'][number];

/** An instrument of a rig with the role that it fills; `socket` null for those that all sockets share. */
export interface Fitted {
  /** As plans and reports call it: 'isolation-switch', 'probe temperature'. */
  readonly role: string;
  readonly kind: keyof Kinds;
  readonly binding: Kinds[keyof Kinds];
}

interface Kinds {
  readonly 'isolation-switch': Binding;
  readonly source: Binding;
  readonly 'reference-standard': Binding;
  readonly 'optical-port': Binding;
  readonly 'clock-output': Binding;
  readonly 'pulse-input': Binding;
  readonly 'module-link': ModuleLinkBinding;
  readonly console: Binding;
  readonly probe: Binding;
  readonly stimulus: Binding;
}

export type MainsBinding = NonNullable<RigFile['mains']>;
export type StandardBinding = NonNullable<RigFile['standard']>;
export type ModuleLinkBinding = NonNullable<RigPosition['module-link']>;

/** The bindings of all drivers that a rig file names, of every position. */
export function driverBindings(rig: RigFile): readonly { role: Role; binding: Binding }[] {
  return rig.positions.flatMap((position) =>
    fittedAt(rig, position).flatMap(({ kind, binding }) =>
      kind === 'module-link' || !('options' in binding) ? [] : [{ role: kind, binding }],
    ),
  );
}

/** All instruments that a socket of a rig has, in the order in which people read them. */
export function fittedAt(rig: RigFile, position: RigPosition): readonly Fitted[] {
  return [
    ...one('isolation-switch', rig.mains),
    ...one('source', rig.source),
    ...one('reference-standard', rig.standard),
    ...one('optical-port', position.optical),
    ...one('clock-output', position['clock-output']),
    ...one('pulse-input', position['pulse-input']),
    ...one('module-link', position['module-link']),
    ...one('console', position.console),
    ...many('probe', rig.probes),
    ...many('probe', position.probes),
    ...many('stimulus', position.stimuli),
  ];
}

function one(kind: Fitted['kind'], binding: Fitted['binding'] | undefined): readonly Fitted[] {
  return binding === undefined ? [] : [{ role: kind, kind, binding }];
}

function many(
  kind: 'probe' | 'stimulus',
  bindings: Readonly<Record<string, Binding>> = {},
): readonly Fitted[] {
  return Object.entries(bindings).map(([name, binding]) => ({
    role: `${kind} ${name}`,
    kind,
    binding,
  }));
}
