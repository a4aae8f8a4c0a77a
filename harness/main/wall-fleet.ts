import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { USUAL_LANGUAGE } from '../../devices/domain/language.ts';
import type { Defect } from '../../devices/defects/defect.ts';
import { NS_PER_MS } from '../../devices/domain/time.ts';
import { WallClock } from '../../rigs/clock/wall.ts';
import { CounterStore } from '../../rigs/fleet/counter-store.ts';
import { FleetBench } from '../../rigs/fleet/fleet-bench.ts';
import { newFleetMemory } from '../../rigs/fleet/parts.ts';
import { PiscinaFleet } from '../../rigs/fleet/piscina-fleet.ts';
import type { RulesReference } from '../../rigs/fleet/shard-messages.ts';
import type { HeadEndFile } from '../../rigs/head-end/foreign/head-end-file.ts';
import { HeadEndProcess } from '../../rigs/head-end/head-end-process.ts';
import { knownFleetOf } from '../../rigs/head-end/test-fleet.ts';
import { HttpNorthbound } from '../../rigs/head-end/northbound-client.ts';
import type { Abilities, Bench } from '../../rigs/port/bench.ts';
import type { FleetDescription } from '../../rigs/port/fleet.ts';
import { PROJECT } from './files.ts';
import { connectForeign, type HeadEndSide } from './foreign-head-end.ts';

export interface WallFleetOptions {
  readonly fleet: FleetDescription;
  readonly abilities: Abilities;
  readonly seed: number;
  readonly shards: number;
  readonly defect: Defect | null;
  /** Its id or its file, as `--defect` has it: threads and processes load it again. */
  readonly defectNamed: string | null;
  /** Where the capture goes; null for none. */
  readonly capturePath: string | null;
  /** A head-end of somebody else, which is there already; null for the reference head-end. */
  readonly foreign: HeadEndFile | null;
  /** Something of ours failed where no step could catch it. */
  readonly onFailure: (error: Error) => void;
}

/** A fleet in wall time: meters in worker threads, UDP between them and a head-end. */
export async function openWallFleet(options: WallFleetOptions): Promise<Bench> {
  const { fleet: description, defect, defectNamed, foreign, onFailure } = options;
  const clock = new WallClock();
  const headEnd =
    foreign === null
      ? await startReference(options, clock)
      : await connectForeign(foreign, description, clock, onFailure);
  const counters = new CounterStore(counterFile());
  const fleet = new PiscinaFleet({
    description,
    seed: options.seed,
    shards: options.shards,
    clock,
    hosts: headEnd.hosts,
    ivs: counters.reserve(),
    rules: meterSideOf(defectNamed),
    capturePath: options.capturePath,
    onFailure,
  });
  await fleet.start();
  const parts = {
    clock,
    description,
    fleet,
    northbound: headEnd.northbound,
    restartHeadEnd: headEnd.restart,
    memory: newFleetMemory(),
  };
  return new FleetBench({
    abilities: options.abilities,
    parts,
    tellsHealth: true,
    observer: defect?.observer ?? 'listening',
    close: async () => {
      counters.release();
      await headEnd.close();
    },
  });
}

/** A process of its own with its store on the disk, on loopback. */
async function startReference(options: WallFleetOptions, clock: WallClock): Promise<HeadEndSide> {
  const { fleet: description, defectNamed, onFailure } = options;
  const folder = mkdtempSync(path.join(os.tmpdir(), 'meterbench-head-end-'));
  const headEnd = new HeadEndProcess(
    {
      store: path.join(folder, 'head-end.sqlite'),
      host: '127.0.0.1',
      southboundPort: 0,
      configurationPort: 0,
      northboundPort: 0,
      fleet: knownFleetOf(description),
      language: description.language ?? USUAL_LANGUAGE,
      commitDelayMs: (description.diskLatencyNs ?? 0) / NS_PER_MS,
      rulesModule: rulesOf(defectNamed, 'headEndRules'),
    },
    onFailure,
  );
  const ready = await headEnd.start();
  const northbound = await HttpNorthbound.connect({
    name: 'reference head-end',
    url: ready.northbound.url,
    clock,
    onFault: onFailure,
  });
  return {
    hosts: { 'head-end': ready.southbound, 'configuration-server': ready.configuration },
    northbound,
    restart: async (downForNs: number) => {
      await headEnd.kill();
      await delay(downForNs / NS_PER_MS);
      await headEnd.start();
    },
    close: async () => {
      await headEnd.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Initialisation vectors of the test fleet's keys, whoever runs: never one twice. */
export function counterFile(): string {
  const runs = path.join(PROJECT, 'runs');
  mkdirSync(runs, { recursive: true });
  return path.join(runs, 'test-fleet.counters.json');
}

/** What a defect replaces in a worker: rules of meters, and the way to the servers. */
function meterSideOf(defect: string | null): RulesReference | null {
  const rules = rulesOf(defect, 'meterRules');
  return rules === null ? null : { ...rules, linksExportName: 'links' };
}

/** Rules that a defect replaces in another thread or process; null when there is none. */
function rulesOf(
  defect: string | null,
  exportName: 'headEndRules' | 'meterRules',
): { readonly path: string; readonly exportName: string } | null {
  if (defect === null) return null;
  const module = new URL('./defect-rules.ts', import.meta.url);
  module.searchParams.set('defect', defect);
  return { path: module.href, exportName };
}
