import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseDocument } from 'yaml';
import { METER_RULES } from '../../devices/meter/rules/index.ts';
import { ServedBench } from '../../rigs/bench/served-bench.ts';
import type { TwinFile } from '../../rigs/bench/twin-file.ts';
import { TwinLog } from '../../rigs/bench/twin-log.ts';
import { WallClock } from '../../rigs/clock/wall.ts';
import { loadDrivers } from '../../rigs/driver/own-driver.ts';
import { CounterStore, IvSource } from '../../rigs/fleet/counter-store.ts';
import type { UdpHosts } from '../../rigs/fleet/udp-link.ts';
import { goFirst } from '../../rigs/guardian/priority.ts';
import { UdpPort } from '../../rigs/network/udp-port.ts';
import { driverBindings } from '../../rigs/rig-file.ts';
import { loadProfileFile } from './rig-side.ts';
import { EXIT, Refusal, refuseMistakes } from './exit.ts';
import { findFile, readTextFile } from './files.ts';
import { opticalPassword } from './password.ts';
import { loadRig, loadTwin } from './rig-files.ts';
import { tellReady, untilStopped } from './until-stopped.ts';
import { counterFile } from './wall-fleet.ts';

export interface ServeBenchFlags {
  readonly twin: string;
  readonly log: string;
  readonly writeRig?: string;
}

/** Serves the twins of a rig file over real ports until it is told to stop. @throws Refusal */
export async function serveBenchCommand(flags: ServeBenchFlags): Promise<void> {
  const twin = readTwin(flags.twin);
  const rigFile = readTextFile(findFile(twin.of, 'rigs', ['.rig.yaml']));
  const rig = loadRig(rigFile.name, rigFile.text);
  if (!rig.ok) throw refuseMistakes(rig.mistakes);
  const position = rig.value.positions[0];
  if (position === undefined) throw new Refusal(EXIT.file, `${rigFile.name}: no positions`);
  // Instruments are quick however busy the host of their runner is.
  goFirst();
  const stopped = untilStopped();
  const folder = mkdtempSync(path.join(os.tmpdir(), 'meterbench-bench-'));
  const counters = new CounterStore(counterFile());
  const ivs = new IvSource(counters);
  const log = openLog(flags.log);
  const hosts = await freeHosts();
  try {
    const bench = await ServedBench.open({
      scheduler: new WallClock(),
      rig: rig.value,
      position,
      profile: loadProfileFile(position.dut.profile).profile,
      rules: METER_RULES,
      seed: twin.seed ?? 1,
      password: opticalPassword(),
      driverOf: await loadDrivers(driverBindings(rig.value), path.dirname(rigFile.path)),
      ports: twin.ports ?? 'tcp',
      folder,
      faults: twin.faults ?? [],
      hosts,
      nextIv: () => ivs.next(),
      log,
      failed: stopped.fail,
    });
    const served = path.resolve(flags.writeRig ?? path.join(folder, `${twin.twin}.rig.yaml`));
    writeFileSync(served, servedRig(rigFile.text, twin.twin, bench, hosts));
    tellReady({
      kind: 'bench',
      address: served,
      apTitle: null,
      keyId: null,
      ports: Object.fromEntries(bench.ports),
    });
    await stopped.promise;
    await bench.close();
  } finally {
    log.close();
    counters.release();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A twin file, or a rig file whose twins are served without a fault. @throws Refusal */
function readTwin(named: string): TwinFile {
  const file = findFile(named, 'rigs', ['.twin.yaml', '.rig.yaml']);
  if (file.endsWith('.rig.yaml'))
    return { twin: `served-${path.basename(file, '.rig.yaml')}`, of: file };
  const text = readTextFile(file);
  const twin = loadTwin(text.name, text.text);
  if (!twin.ok) throw refuseMistakes(twin.mistakes);
  const beside = path.join(path.dirname(file), twin.value.of);
  return twin.value.of.endsWith('.yaml') ? { ...twin.value, of: beside } : twin.value;
}

function openLog(file: string): TwinLog {
  try {
    return new TwinLog(file);
  } catch (error) {
    const what =
      (error as NodeJS.ErrnoException).code === 'EEXIST' ? 'is there already' : String(error);
    throw new Refusal(EXIT.file, `--log ${file}: ${what}; a log is never overwritten`);
  }
}

/** Two UDP ports that nobody has: the head-end side of whoever uses the bench binds them. */
async function freeHosts(): Promise<UdpHosts> {
  const one = await UdpPort.open({ host: '127.0.0.1', port: 0 }, 'rig');
  const other = await UdpPort.open({ host: '127.0.0.1', port: 0 }, 'rig');
  await one.close();
  await other.close();
  return { 'head-end': one.end, 'configuration-server': other.end };
}

/** The rig file by which a runner reaches the served twins: the same one, with real ports, in wall time. */
function servedRig(
  text: string,
  rigName: string,
  { ports, module }: ServedBench,
  hosts: UdpHosts,
): string {
  const document = parseDocument(text);
  document.set('rig', rigName);
  document.set('time', 'wall');
  for (const [role, at] of Object.entries(PLACES)) {
    const port = ports.get(role);
    if (port !== undefined) document.setIn([...at, 'port'], port);
  }
  for (const [role, port] of ports) {
    const [kind = '', ...rest] = role.split(' ');
    const list = kind === 'probe' ? 'probes' : 'stimuli';
    if (kind !== 'probe' && kind !== 'stimulus') continue;
    const name = rest.join(' ');
    const at = document.hasIn(['positions', 0, list, name])
      ? ['positions', 0, list, name]
      : [list, name];
    document.setIn([...at, 'port'], port);
  }
  if (document.hasIn(MODULE_LINK)) {
    const { 'head-end': headEnd, 'configuration-server': configuration } = hosts;
    document.setIn([...MODULE_LINK, 'port'], `udp://${headEnd.host}:${headEnd.port}`);
    document.setIn(
      [...MODULE_LINK, 'configuration'],
      `udp://${configuration.host}:${configuration.port}`,
    );
    document.setIn([...MODULE_LINK, 'module'], `udp://${module.host}:${module.port}`);
  }
  return document.toString();
}

const MODULE_LINK = ['positions', 0, 'module-link'];

/** Where the roles of a rig stand in its file. */
const PLACES: Readonly<Record<string, readonly (string | number)[]>> = {
  'isolation-switch': ['mains'],
  source: ['source'],
  'reference-standard': ['standard'],
  'optical-port': ['positions', 0, 'optical'],
  'clock-output': ['positions', 0, 'clock-output'],
  'pulse-input': ['positions', 0, 'pulse-input'],
  console: ['positions', 0, 'console'],
};
