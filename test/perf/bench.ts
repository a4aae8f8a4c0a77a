/**
 * What the model costs, measured under plain Node (`npm run bench`): one table and one line of
 * JSON. Machines vary; compare ratios inside one run. Nothing here is asserted.
 */
import { Bench } from 'tinybench';
import { bytesPerMeter, createMeters, type Meters } from '../../devices/meter/columns.ts';
import { WAKE, type MeterSink } from '../../devices/meter/input.ts';
import { METER_RULES } from '../../devices/meter/rules/index.ts';
import { step } from '../../devices/meter/step.ts';
import { wakeAt } from '../../devices/meter/timers.ts';
import { PROFILE, START_UTC_MS } from '../devices/meter/story.ts';
import { addMessages } from './c12-22.ts';
import { addDlms, DLMS_TASKS } from './dlms.ts';
import { dlmsLoad } from './dlms-load.ts';
import { addTables } from './tables.ts';

const METERS = 100_000;
const SECOND_NS = 1e9;
const SINK: MeterSink = { say: () => undefined };

function table(count: number, logs: boolean): Meters {
  return createMeters({
    count,
    seed: 1,
    profile: PROFILE,
    rules: METER_RULES,
    createdAtNs: 0,
    startUtcMs: START_UTC_MS,
    withEventLog: logs,
    withLoadProfile: logs,
  });
}

/** A meter as a plain object, the naive way beside the columns: memory only. */
function objectBytes(): number {
  const collect = globalThis.gc ?? ((): undefined => undefined);
  collect();
  const before = process.memoryUsage().heapUsed;
  const columns = Object.keys(table(1, false).timers).concat(Object.keys(table(1, false)));
  const objects = Array.from({ length: METERS }, (_, index) =>
    Object.fromEntries(columns.map((name) => [name, index + 0.5])),
  );
  collect();
  return (process.memoryUsage().heapUsed - before) / objects.length;
}

const meters = table(METERS, false);
for (let row = 0; row < METERS; row++) {
  step(meters, row, SECOND_NS, { kind: 'mains', energised: true }, SINK);
}
let turn = 0;

const bench = new Bench({ time: 500 });
bench
  .add('wakeAt: when one meter wants to be called', () => wakeAt(meters, turn++ % METERS))
  .add('step: one wake of one meter in its turn', () => {
    const row = turn++ % METERS;
    step(meters, row, wakeAt(meters, row), WAKE, SINK);
  })
  .add('createMeters: a table of 1,000', () => {
    table(1_000, false);
  });
addMessages(bench);
addTables(bench);
addDlms(bench);
await bench.run();

const memory = {
  bytesPerMeter: bytesPerMeter(meters),
  bytesPerMeterWithLogs: bytesPerMeter(table(10, true)),
  bytesPerMeterAsObject: Math.round(objectBytes()),
};

const rates = bench.tasks.map(({ name, result }) => ({
  name,
  perSecond: result.state === 'completed' ? Math.round(result.throughput.p50) : null,
}));

/** How many times as often a second as the naive way beside it, in this run. */
const ratios = {
  'GCM of 64 B, by tables to by node:crypto with a raw key': ratio(
    DLMS_TASKS.tables,
    DLMS_TASKS.naive,
  ),
  'last-gasp sealed, by tables to by node:crypto': ratio(
    'last-gasp: encode and seal, by tables',
    'last-gasp: encode and seal, by node:crypto',
  ),
  'registration opened, by tables to by node:crypto': ratio(
    'registration: open and decode, by tables',
    'registration: open and decode, by node:crypto',
  ),
  'ST23 read, in the clear to ciphered': ratio(
    'ST23: read over C12.22 in the clear',
    'ST23: read over C12.22, ciphered',
  ),
};
const bytes = {
  'a meter: columns without logs': memory.bytesPerMeter,
  'a meter: with event log and load profile': memory.bytesPerMeterWithLogs,
  'a meter as one object each (naive)': memory.bytesPerMeterAsObject,
};
console.table([
  ...rates.map(({ name, perSecond: value }) => ({ what: name, value, unit: 'a second' })),
  ...Object.entries(bytes).map(([what, value]) => ({ what, value, unit: 'bytes' })),
  ...Object.entries(ratios).map(([what, value]) => ({ what, value, unit: 'times' })),
]);
/** Connected DLMS meters that are asked in a closed loop, with their processes apart. */
const dlms = [...(await dlmsLoad(1)), ...(await dlmsLoad(1_000))];
console.table(dlms);
console.log(JSON.stringify({ meters: METERS, memory, rates, ratios, dlms }));

function ratio(name: string, toName: string): number | null {
  const [own, other] = [perSecond(name), perSecond(toName)];
  return own === null || other === null ? null : Number((own / other).toFixed(1));
}

function perSecond(name: string): number | null {
  return rates.find((rate) => rate.name === name)?.perSecond ?? null;
}
