import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { WallRig } from '../../rigs/bench/wall-rig.ts';
import type { WallClock } from '../../rigs/clock/wall.ts';
import { type DriverOf, loadDrivers } from '../../rigs/driver/own-driver.ts';
import { switchFindings } from '../../rigs/bench/rig-findings.ts';
import { CounterStore } from '../../rigs/fleet/counter-store.ts';
import { GuardianClient } from '../../rigs/guardian/guardian-client.ts';
import type { GuardOrder } from '../../rigs/guardian/protocol.ts';
import { RigStore, stateFolder } from '../../rigs/guardian/rig-store.ts';
import { type Bench, BenchError } from '../../rigs/port/bench.ts';
import type { Respondent } from '../../rigs/operator/respondent.ts';
import { secretsFrom } from '../../rigs/driver/secrets.ts';
import { driverBindings, type RigFile } from '../../rigs/rig-file.ts';
import { JOURNAL_NAME } from '../journal/damage.ts';
import { readJournal } from '../journal/reader.ts';
import { rigSafeOf } from '../verdict/rig-safe.ts';
import { readGuardianLog } from '../journal/guardian-log.ts';
import { opticalPassword } from './password.ts';
import type { Socket } from './rig-side.ts';
import { counterFile } from './wall-fleet.ts';

/** Silence of the runner after which the guardian takes the bench back, where a rig file gives none. */
const SILENCE_NS = 500e6;

/** What a real rig is and what asks it. */
export interface WallReachOptions {
  readonly rig: RigFile;
  /** Folder of the rig file: drivers of the user's own are looked for there. */
  readonly rigFolder: string;
  /** Those that are asked, the first one first. */
  readonly sockets: readonly [Socket, ...Socket[]];
  readonly clock: WallClock;
  /** Who is asked in turn: an answers file, the person at the terminal. */
  readonly respondents: readonly Respondent[];
}

/** A rig that is held for a run, with its guardian. */
export interface WallReach {
  /** Stands in every line of the journal. */
  readonly fence: number;
  /** Aborted when the guardian is gone, or has taken the bench back. */
  readonly signal: AbortSignal;
  /** A bench for the next case, at the socket of that id; undefined for the first. @throws BenchError (rig) */
  bench(position: string | undefined): Promise<Bench>;
  /** Gives the rig back, made safe by the guardian when the run cannot vouch for it. */
  close(rigSafe: string, detail: string): Promise<void>;
}

/**
 * Takes the rig: lock, guardian and start-up recovery before any other instrument is opened.
 * @throws BenchError (rig) when it is held, quarantined, or an instrument does not open
 */
export async function openWallReach(
  options: WallReachOptions,
  folder: string,
  run: string,
): Promise<WallReach> {
  const { rig, rigFolder, clock, sockets, respondents } = options;
  const driverOf = await loadDrivers(driverBindings(rig), rigFolder);
  refuseUnsafeWiring(rig, driverOf);
  const guardian = await GuardianClient.start(
    guardOrder(
      { ...options, limits: sockets[0].abilities.limits },
      { folder, run, despiteQuarantine: false },
    ),
  );
  const broken = new AbortController();
  guardian.onLost((reason) => broken.abort(new Error(reason)));
  guardian.onTaken(({ cause, detail }) =>
    broken.abort(new Error(`the guardian took the bench back (${cause}): ${detail}`)),
  );
  const counters = new CounterStore(counterFile());
  const firstIv = counters.reserve().base;
  const secret = secretsFrom(opticalPassword(), process.env);
  const shared = { rig, clock, guardian, respondents, driverOf, secret, firstIv };
  const open = (socket: Socket): Promise<WallRig> => WallRig.open({ ...shared, ...socket });
  let present: { readonly socket: Socket; readonly wall: WallRig } | null = null;
  try {
    const [socket] = sockets;
    present = { socket, wall: await open(socket) };
  } catch (error) {
    await guardian.close('not energised', 'an instrument did not open');
    throw error;
  }
  return {
    fence: guardian.fence,
    signal: broken.signal,
    bench: async (position) => {
      const socket = sockets.find((one) => one.position.id === position) ?? sockets[0];
      if (present?.socket !== socket) {
        // The instruments that sockets share are opened anew: one socket is asked at a time.
        await present?.wall.close();
        present = null;
        present = { socket, wall: await open(socket) };
      }
      return present.wall.bench();
    },
    close: async (rigSafe, detail) => {
      try {
        await present?.wall.close();
      } finally {
        counters.release();
        if (rigSafe !== 'verified' && rigSafe !== 'not energised') await guardian.makeSafe();
        await guardian.close(rigSafe, detail);
      }
    },
  };
}

/** The rig of an order. */
export type Guarded = Pick<WallReachOptions, 'rig' | 'rigFolder' | 'clock'> &
  Pick<GuardOrder, 'limits'>;

/** The run of an order; its folder is null for a command by hand. */
export type GuardedRun = Pick<GuardOrder, 'folder' | 'run' | 'despiteQuarantine'>;

/** What a guardian is told of a rig. */
export function guardOrder(
  { rig, rigFolder, clock, limits }: Guarded,
  { folder, run, despiteQuarantine }: GuardedRun,
): GuardOrder {
  const state = stateFolder();
  return {
    rig: rig.rig,
    mains: rig.mains ?? null,
    source: rig.source ?? null,
    standard: rig.standard ?? null,
    limits,
    ports: realPorts(rig),
    rigFolder: path.resolve(rigFolder),
    stateFolder: state,
    silenceNs: rig.guardian?.silence ?? SILENCE_NS,
    clock: clock.origin,
    run,
    folder: folder === null ? null : path.resolve(folder),
    runner: { pid: process.pid, started: processStarted() },
    mayBeLive: lastRunMayHaveLeftItLive(state, rig.rig),
    despiteQuarantine,
  };
}

/** What `rig check` calls an error of the switch's wiring is no bench to energise. @throws BenchError (rig) */
function refuseUnsafeWiring(rig: RigFile, driverOf: DriverOf): void {
  const { mains } = rig;
  if (mains === undefined) return;
  const safety = driverOf('isolation-switch', mains).safety?.(mains.options) ?? null;
  const errors = switchFindings(rig, safety).filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return;
  const told = errors.map(({ text }) => text).join('; ');
  throw new BenchError('rig', `rig ${rig.rig} is not energised: ${told}; see meterbench rig check`);
}

/** Every port that the rig's instruments are reached at; twins have none that another rig could have. */
function realPorts(rig: RigFile): readonly string[] {
  const ports = driverBindings(rig).flatMap(({ binding }) => binding.port ?? []);
  return ports.filter((port) => port !== 'simulated');
}

/** When this process was started: its number alone may be another's by now. */
export function processStarted(): string {
  return new Date(Date.now() - process.uptime() * 1000).toISOString();
}

/** Whether the journal of the rig's last run has an energised section that nobody has closed. */
export function lastRunMayHaveLeftItLive(state: string, rig: string): boolean {
  const { holder, mayBeLive } = new RigStore(state).read(rig);
  if (mayBeLive !== null) return true;
  const folder = holder?.folder ?? null;
  const journal = folder === null ? null : path.join(folder, JOURNAL_NAME);
  if (folder === null || journal === null || !existsSync(journal)) return false;
  try {
    const { entries } = readJournal(readFileSync(journal, 'utf8'));
    const rigSafe = rigSafeOf(entries, readGuardianLog(folder));
    return rigSafe === 'unknown' || rigSafe === 'UNSAFE';
  } catch (error) {
    // A journal that cannot be read says nothing, and nothing is what a live bench would say too.
    if (error instanceof BenchError) throw error;
    return true;
  }
}
