import { parse } from 'yaml';
import { z } from 'zod';
import { formatDurationNs } from '../../devices/domain/quantity.ts';
import type { Driver, Reach, Role, Safety } from '../../rigs/driver/driver.ts';
import { DRIVERS } from '../../rigs/driver/registry.ts';
import { SOURCE_PRESETS } from '../../rigs/source/scpi-presets.ts';

/** What docs/bench.md and docs/safety.md tell of drivers, from the registry alone. */

/** Where a rig file names the driver of a role. */
const KEYS: Readonly<Record<Role, string>> = {
  'isolation-switch': '`mains`',
  source: '`source`',
  'reference-standard': '`standard`',
  'optical-port': '`optical` of a position',
  'clock-output': '`clock-output` of a position',
  'pulse-input': '`pulse-input` of a position',
  probe: 'each of `probes`, of the rig or of a position',
  stimulus: 'each of `stimuli` of a position',
  console: '`console` of a position',
};

const PORTS: Readonly<Record<Reach, string>> = {
  line: 'Port: a serial line.',
  url: 'Port: http:// or https://.',
  none: 'No port.',
};

const ROLES = Object.keys(DRIVERS) as Role[];

function driversOf(role: Role): readonly Driver[] {
  return DRIVERS[role];
}

/** Every driver by role with its options: a part of docs/bench.md. */
export function driverReference(): string {
  return ROLES.map((role) =>
    [`### ${role}`, '', `In the rig file: ${KEYS[role]}.`, '', ...driversOf(role).map(item)].join(
      '\n',
    ),
  ).join('\n\n');
}

function item({ name, summary, reach, options }: Driver): string {
  const lines = [`- \`${name}\`: ${summary} ${PORTS[reach]}`, ...optionItems(options)];
  // What stands in angle brackets would be taken for HTML.
  return lines.join('\n').replaceAll('<', '&lt;');
}

function optionItems(options: z.ZodRawShape): readonly string[] {
  const { properties = {}, required = [] } = z.toJSONSchema(z.object(options), { io: 'input' });
  return Object.entries(properties).map(([key, schema]) => {
    if (typeof schema === 'boolean') throw new Error(`${key}: a schema without a shape`);
    const optional = required.includes(key) ? '' : ' (may be left out)';
    const values = schema.enum ?? (schema.const === undefined ? [] : [schema.const]);
    const choice = values.map((value) => `\`${String(value)}\``).join(', ');
    const told = [schema.description ?? '', ...(choice === '' ? [] : [`One of: ${choice}.`])];
    return `  - \`${key}\`${optional}: ${told.join(' ').trim()}`;
  });
}

/** Options for which the way to the safe state is told, as a rig file writes them. */
const SAMPLES: Readonly<Record<string, readonly string[]>> = {
  lcus: ['channel: 1'],
  'modbus-rtu': ['address: 1, coil: 0'],
  numato: ['relay: 0'],
  line: ['line: dtr, active: on', 'line: dtr, active: off'],
  http: ['api: tasmota', 'api: tasmota, limit: 1 s'],
  command: ['on: [relay, on], off: [relay, off]'],
  manual: [''],
  'scpi-source': [
    ...Object.keys(SOURCE_PRESETS).map((preset) => `preset: ${preset}`),
    'preset: keysight-ac6800, watchdog: 5 s',
  ],
};

const COLUMNS = ['Role', 'Driver', 'Options', 'Off within, at worst', 'Dead-man', 'Its port'];

/** The worst case from the command to the contact, per driver: a part of docs/safety.md. */
export function timeToSafeTable(): string {
  const rows = ROLES.flatMap((role) => driversOf(role).flatMap((driver) => rowsOf(role, driver)));
  return alignedTable([COLUMNS, ...rows]);
}

/** @throws for a driver that promises something and has no sample here */
function rowsOf(role: Role, { name, options, safety }: Driver): readonly string[][] {
  if (safety === null) return [];
  const samples = SAMPLES[name];
  if (samples === undefined) throw new Error(`driver ${name}: no sample of its options`);
  return samples.map((sample) => {
    const checked = z.strictObject(options).parse(parse(`{ ${sample} }`));
    const { deadMan, offWithinNs, ...port } = safety(checked);
    const within =
      offWithinNs === null ? 'as long as a person takes' : formatDurationNs(offWithinNs);
    const shown = sample === '' ? '' : `\`${sample}\``;
    return [role, `\`${name}\``, shown, within, deadMan, portText(port)];
  });
}

function portText({
  energisesOnOpen,
  energisesOnRelease = false,
}: Pick<Safety, 'energisesOnOpen' | 'energisesOnRelease'>): string {
  if (energisesOnOpen) return 'energises when it is opened';
  return energisesOnRelease ? 'energises when it is let go' : '';
}

/** A table as the formatter leaves it: every column as wide as its widest cell. */
function alignedTable([head = [], ...rows]: readonly (readonly string[])[]): string {
  const widths = head.map((title, at) =>
    Math.max(title.length, ...rows.map((row) => row[at]?.length ?? 0)),
  );
  const line = (cells: readonly string[], fill: string): string =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0, fill)).join(' | ')} |`;
  return [
    line(head, ' '),
    line(
      head.map(() => ''),
      '-',
    ),
    ...rows.map((row) => line(row, ' ')),
  ].join('\n');
}
