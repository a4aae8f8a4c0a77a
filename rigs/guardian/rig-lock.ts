import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { NS_PER_MS } from '../../devices/domain/time.ts';
import { BenchError } from '../port/bench.ts';
import type { RigHolder, RigRecord } from '../port/rig-record.ts';
import { type KernelLock, tryKernelLock } from './kernel-lock.ts';
import type { RigStore } from './rig-store.ts';

/** A holder that has not been heard of for so long is not there any more. */
const LEASE_NS = 10e9;

export interface LockRequest {
  readonly store: RigStore;
  readonly rig: string;
  /** Every port of the rig: locked too, so that no other rig file reaches the same instrument. */
  readonly ports: readonly string[];
  readonly run: string;
  readonly folder: string | null;
  /** Of whom the lock is: the runner, not its guardian. */
  readonly pid: number;
  readonly processStarted: string;
  readonly nowUtcMs: () => number;
  /** Lets a quarantined rig be held: to make it safe by hand, or to clear it. */
  readonly despiteQuarantine?: boolean;
}

/**
 * One rig, all its devices or none, taken before any of them is opened. The lock is the operating
 * system's; the record beside it is for people, and for what must outlive a process.
 */
export class RigLock {
  readonly fence: number;
  readonly #request: LockRequest;
  readonly #locks: readonly KernelLock[];
  #record: RigRecord;
  #released = false;

  private constructor(request: LockRequest, locks: readonly KernelLock[], record: RigRecord) {
    this.#request = request;
    this.#locks = locks;
    this.#record = record;
    this.fence = record.fence;
  }

  /** @throws BenchError (rig) that names who holds the rig, or why it may not be used */
  static acquire(request: LockRequest): RigLock {
    const { store, rig, ports, despiteQuarantine = false } = request;
    const locks = takeAll(store, rig, ports);
    try {
      const before = store.read(rig);
      if (before.quarantine !== null && !despiteQuarantine) throw quarantined(before);
      rmSync(store.releaseFile(rig), { force: true });
      const record = { ...before, fence: before.fence + 1, holder: holderOf(request) };
      store.write(record);
      return new RigLock(request, locks, record);
    } catch (error) {
      for (const lock of locks) lock.release();
      throw error;
    }
  }

  get record(): RigRecord {
    return this.#record;
  }

  /** Changes what is remembered; on the disk when this returns. */
  remember(change: Partial<Omit<RigRecord, 'format' | 'rig' | 'fence' | 'holder'>>): void {
    this.#write({ ...this.#record, ...change });
  }

  /** Says that the holder lives. */
  heartbeat(): void {
    const { holder } = this.#record;
    if (holder === null) return;
    this.#write({ ...this.#record, holder: { ...holder, ...leaseFrom(this.#request.nowUtcMs()) } });
  }

  /** Whether somebody asked that this very run give the rig back. */
  isReleaseAsked(): { readonly by: string } | null {
    const file = this.#request.store.releaseFile(this.#request.rig);
    if (!existsSync(file)) return null;
    const { from, by } = JSON.parse(readFileSync(file, 'utf8')) as ReleaseRequest;
    return from === this.#request.run ? { by } : null;
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    rmSync(this.#request.store.releaseFile(this.#request.rig), { force: true });
    this.#request.store.write({ ...this.#record, holder: null });
    for (const lock of this.#locks) lock.release();
  }

  #write(record: RigRecord): void {
    if (this.#released) throw new Error(`the lock of rig ${record.rig} was given back already`);
    this.#record = record;
    this.#request.store.write(record);
  }
}

interface ReleaseRequest {
  readonly from: string;
  readonly by: string;
}

/** Asks whoever holds a rig for a run to make it safe and let go; a later holder takes no notice. */
export function askRelease(store: RigStore, rig: string, request: ReleaseRequest): void {
  writeFileSync(store.releaseFile(rig), JSON.stringify(request));
}

/** Whether somebody holds a rig now, by the lock itself and not by what a file says. */
export function isHeld(store: RigStore, rig: string): boolean {
  const lock = tryKernelLock(store.lockFile(rig));
  lock?.release();
  return lock === null;
}

/** All locks in one order for everybody, so that two runners cannot wait for each other; or none. */
function takeAll(store: RigStore, rig: string, ports: readonly string[]): readonly KernelLock[] {
  const files = [
    { file: store.lockFile(rig), what: `rig ${rig}` },
    ...[...new Set(ports)].map((port) => ({ file: store.portLockFile(port), what: port })),
  ].toSorted((one, other) => (one.file < other.file ? -1 : 1));
  const taken: KernelLock[] = [];
  for (const { file, what } of files) {
    const lock = tryKernelLock(file);
    if (lock === null) {
      for (const other of taken) other.release();
      throw heldBySomebody(store, rig, what);
    }
    taken.push(lock);
  }
  return taken;
}

function heldBySomebody(store: RigStore, rig: string, what: string): BenchError {
  const { holder } = store.read(rig);
  const by =
    holder === null
      ? 'somebody who has not said who'
      : `run ${holder.run} of ${holder.owner}@${holder.host} (pid ${holder.pid}) since ${holder.since}`;
  const hint =
    holder === null ? '' : `; meterbench rig release ${rig} --from ${holder.run} asks for it`;
  return new BenchError('rig', `${what} is held by ${by}${hint}`);
}

function quarantined({ rig, quarantine }: RigRecord): BenchError {
  return new BenchError(
    'rig',
    `rig ${rig} is quarantined since ${quarantine?.since} (run ${quarantine?.run}): ${quarantine?.why}; ` +
      `when a person has looked at it: meterbench rig clear ${rig} --by <name> --reason <text>`,
  );
}

function holderOf(request: LockRequest): RigHolder {
  const { run, folder, pid, processStarted, nowUtcMs } = request;
  const lease = leaseFrom(nowUtcMs());
  return {
    run,
    owner: os.userInfo().username,
    host: os.hostname(),
    pid,
    processStarted,
    guardianPid: process.pid,
    folder,
    since: lease.heartbeat,
    ...lease,
  };
}

function leaseFrom(nowUtcMs: number): Pick<RigHolder, 'heartbeat' | 'expires'> {
  return {
    heartbeat: new Date(nowUtcMs).toISOString(),
    expires: new Date(nowUtcMs + LEASE_NS / NS_PER_MS).toISOString(),
  };
}
