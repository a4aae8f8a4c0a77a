import type { RigFinding } from '../../rigs/bench/rig-findings.ts';
import { RigLock } from '../../rigs/guardian/rig-lock.ts';
import { RigStore, stateFolder } from '../../rigs/guardian/rig-store.ts';
import type { RigRecord } from '../../rigs/port/rig-record.ts';
import { lastRunMayHaveLeftItLive, processStarted } from './wall-reach.ts';

/** A rig that is held for a look. */
export interface HeldRig {
  /** Null for a rig of twins alone, which nobody else can hold. */
  readonly lock: RigLock | null;
  /** What its record says. */
  readonly findings: readonly RigFinding[];
}

/**
 * Holds a rig for a look, a quarantined one too: that is what a person does before clearing it.
 * @param ports of its instruments; twins need none
 * @throws BenchError (rig) that names who holds it
 */
export function holdRig(rig: string, ports: readonly string[], nowUtcMs: () => number): HeldRig {
  const real = ports.filter((port) => port !== 'simulated');
  if (real.length === 0) return { lock: null, findings: [] };
  const folder = stateFolder();
  const store = new RigStore(folder);
  const mayBeLive = lastRunMayHaveLeftItLive(folder, rig);
  const lock = RigLock.acquire({
    store,
    rig,
    ports: real,
    run: 'rig check',
    folder: null,
    pid: process.pid,
    processStarted: processStarted(),
    nowUtcMs,
    despiteQuarantine: true,
  });
  // What the last run left behind must outlive this hold: the next one drives safe because of it.
  if (mayBeLive && lock.record.mayBeLive === null) {
    const since = new Date(nowUtcMs()).toISOString();
    lock.remember({ mayBeLive: { since, run: 'rig check', what: 'the journal of the last run' } });
  }
  return { lock, findings: recordFindings(lock.record) };
}

function recordFindings({ quarantine, mayBeLive }: RigRecord): readonly RigFinding[] {
  const texts = [
    ...(quarantine === null ? [] : [`quarantined since ${quarantine.since}: ${quarantine.why}`]),
    ...(mayBeLive === null
      ? []
      : [`run ${mayBeLive.run} may have left it live (${mayBeLive.what}): meterbench rig safe`]),
  ];
  return texts.map((text) => ({ severity: 'error', role: 'rig', text }));
}
