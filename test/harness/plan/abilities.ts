import { readFileSync } from 'node:fs';
import { loadProfile } from '../../../harness/main/rig-files.ts';
import { formatMistakes } from '../../../harness/document/mistake.ts';
import type { Loaded } from '../../../harness/document/mistake.ts';
import { loadCatalogue } from '../../../harness/scenario/catalogue.ts';
import type { Catalogue } from '../../../harness/scenario/catalogue.ts';
import { loadScenario } from '../../../harness/scenario/load.ts';
import type { Scenario } from '../../../harness/scenario/load.ts';
import { VERB_NAMES } from '../../../harness/scenario/verb/index.ts';
import type { FleetSide } from '../../../harness/plan/fleet.ts';
import type { Abilities } from '../../../rigs/port/bench.ts';
import type { CarrierModel } from '../../../rigs/port/fleet.ts';

/** The value of something that must load, or an error with all its mistakes. */
export function loaded<T>(result: Loaded<T>): T {
  if (!result.ok) throw new Error(formatMistakes(result.mistakes));
  return result.value;
}

export function projectCatalogue(): Catalogue {
  const file = 'scenarios/requirements.yaml';
  return loaded(loadCatalogue(file, readFileSync(file, 'utf8')));
}

export function scenarioOf(text: string): Scenario {
  return loaded(loadScenario('scenarios/family/name.yaml', text, projectCatalogue()));
}

/** A bench that can do everything, with the meter type that is shipped. */
export function ableBench(changes: Partial<Abilities> = {}): Abilities {
  const file = 'rigs/profiles/centron-gprs.yaml';
  return {
    bench: 'test-bench',
    simulated: true,
    position: 'A1',
    meterSerial: '1',
    profile: loaded(loadProfile(file, readFileSync(file, 'utf8'))),
    limits: { milliVolts: 264_000, milliAmps: 100_000 },
    headEnd: { name: 'embedded', timeReference: true },
    performs: VERB_NAMES,
    consent: ['reads', 'writes'],
    roles: [
      'isolation-switch',
      'reference-standard',
      'source',
      'optical-port',
      'clock-output',
      'pulse-input',
      'module-link',
      'probe storage',
      'operator',
    ],
    instruments: [],
    ...changes,
  };
}

const carrier = (name: string): CarrierModel => ({
  name,
  attachNs: { least: 0, most: 0 },
  latencyNs: { least: 0, most: 0 },
  lossPpm: 0,
  duplicatePpm: 0,
  metersPerCell: 0,
  cellMessagesPerSecond: 0,
  origin: 'assumed',
});

/** A fleet that can be asked everything. */
export function ableFleet(): FleetSide {
  return {
    performs: VERB_NAMES,
    headEnd: { name: 'embedded', timeReference: true },
    profile: () => ableBench().profile,
    carriers: ['ideal', 'gprs-urban', 'twice', 'narrow-cell'].map(carrier),
    wallTime: true,
    language: 'c12-22',
    foreign: null,
    instead: null,
  };
}
