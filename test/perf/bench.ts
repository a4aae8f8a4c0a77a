/**
 * What the model costs, measured under plain Node (`npm run bench`): one table and one line of
 * JSON. Machines vary; compare ratios inside one run. Nothing here is asserted.
 */
import { Bench } from 'tinybench';
import { bytesPerMeter, createMeters, type Meters } from '../../devices/meter/columns.ts';
import { WAKE, type MeterSink } from '../../devices/meter/input.ts';
import { METER_RULES } from '../../devices/meter/rules/index.ts';
import { step, wakeAt } from '../../devices/meter/step.ts';
import { createEaxPrimeCipher } from '../../devices/protocol/c12-22/eax-prime.ts';
import { createTableEaxPrimeCipher } from '../../devices/protocol/c12-22/eax-prime-tables.ts';
import { PROFILE, START_UTC_MS } from '../devices/meter/story.ts';

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

const key = new Uint8Array(16).fill(7);
const nodeCipher = createEaxPrimeCipher(key);
const tableCipher = createTableEaxPrimeCipher(key);
const message = { cleartext: new Uint8Array(64), text: new Uint8Array(64), mac: new Uint8Array(4) };

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
  })
  .add("EAX' by node:crypto: seal of 64 B", () => {
    nodeCipher.seal(message.cleartext, message.text, message.mac);
  })
  .add("EAX' by tables: seal of 64 B", () => {
    tableCipher.seal(message.cleartext, message.text, message.mac);
  });
await bench.run();

const memory = {
  bytesPerMeter: bytesPerMeter(meters),
  bytesPerMeterWithLogs: bytesPerMeter(table(10, true)),
  bytesPerMeterAsObject: Math.round(objectBytes()),
};

console.table(bench.table());
console.table([
  { what: 'bytes a meter, columns without logs', bytes: memory.bytesPerMeter },
  { what: 'bytes a meter, with event log and load profile', bytes: memory.bytesPerMeterWithLogs },
  { what: 'bytes a meter as one object each (naive)', bytes: memory.bytesPerMeterAsObject },
]);
const rates = bench.tasks.map(({ name, result }) => ({
  name,
  perSecond: result.state === 'completed' ? Math.round(result.throughput.mean) : null,
}));
const [byNode, byTables] = rates.slice(-2).map(({ perSecond }) => perSecond);
const sealsByTablesToNode = byNode && byTables ? Number((byTables / byNode).toFixed(1)) : null;
console.table([{ what: "EAX' seals of 64 B, tables to node:crypto", ratio: sealsByTablesToNode }]);
console.log(JSON.stringify({ meters: METERS, memory, rates, sealsByTablesToNode }));
