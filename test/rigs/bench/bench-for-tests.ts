import { readFileSync } from 'node:fs';
import { abilitiesOf } from '../../../rigs/bench/abilities.ts';
import type { PartsBench } from '../../../rigs/bench/bench.ts';
import { openSimulatedBench, type SimulatedBenchOptions } from '../../../rigs/bench/simulated.ts';
import { SimulatedClock } from '../../../rigs/clock/simulated.ts';
import { METER_RULES } from '../../../devices/meter/rules/index.ts';
import type { Action } from '../../../rigs/port/action.ts';
import type { PerformContext, Undo } from '../../../rigs/port/bench.ts';
import type { Observation } from '../../../rigs/port/observation.ts';
import { loadProfile, loadRig } from '../../../harness/main/rig-files.ts';

/** A simulated bench as the product makes it, with what was observed and registered. */
export interface TestBench {
  readonly bench: PartsBench;
  readonly clock: SimulatedClock;
  readonly observed: Observation[];
  readonly undos: Undo[];
  perform(action: Action, signal?: AbortSignal): Promise<void>;
}

function read(file: string): string {
  return readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');
}

export async function benchForTests(
  change: Partial<SimulatedBenchOptions> = {},
  rigFile = 'rigs/simulated.rig.yaml',
): Promise<TestBench> {
  const rig = loadRig(rigFile, read(rigFile));
  const profile = loadProfile('centron-gprs', read('rigs/profiles/centron-gprs.yaml'));
  if (!rig.ok || !profile.ok) throw new Error('the shipped rig files have mistakes');
  const position = rig.value.positions[0];
  if (position === undefined) throw new Error('the shipped rig has no position');
  const clock = new SimulatedClock(Date.UTC(2026, 0, 5));
  const headEnd = { name: 'embedded', timeReference: true };
  const bench = await openSimulatedBench({
    scheduler: clock,
    rig: rig.value,
    position,
    profile: profile.value,
    abilities: abilitiesOf(rig.value, position, profile.value, headEnd),
    seed: 1,
    rules: METER_RULES,
    meters: 1,
    password: new Uint8Array(20),
    ...change,
  });
  const observed: Observation[] = [];
  const undos: Undo[] = [];
  bench.listen((observation) => observed.push(observation));
  const context: PerformContext = {
    step: 'test',
    of: null,
    signal: new AbortController().signal,
    observe: (observation) => observed.push(observation),
    undo: (undo) => undos.push(undo),
    energise: () => undefined,
  };
  return {
    bench,
    clock,
    observed,
    undos,
    perform: (action, signal = context.signal) => bench.perform(action, { ...context, signal }),
  };
}
