import { messageOf } from '../../devices/domain/error-text.ts';
import { NS_PER_MS } from '../../devices/domain/time.ts';
import { WallClock } from '../clock/wall.ts';
import { Guardian, LOOK_EVERY_NS } from './guardian.ts';
import { GuardianLog } from './guardian-log.ts';
import { type GuardedInstruments, openGuarded } from './guarded-instruments.ts';
import { makeSafe } from './make-safe.ts';
import { goFirst } from './priority.ts';
import type { FromGuardian, GuardOrder, ToGuardian } from './protocol.ts';
import { RigLock } from './rig-lock.ts';
import { RigStore } from './rig-store.ts';

/**
 * The guardian: a process in a session of its own, so that no Ctrl-C reaches it, with the rig's lock,
 * the isolation switch and the source. It outlives its runner for as long as the bench needs.
 */

goFirst();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

process.once('message', (message: ToGuardian) => {
  if (message.kind !== 'guard') return;
  guard(message.order).catch((error: unknown) => {
    send({ kind: 'refused', why: messageOf(error) });
    process.disconnect?.();
  });
});

function send(message: FromGuardian): void {
  // A runner that is gone hears nothing.
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}

async function guard(order: GuardOrder): Promise<void> {
  const clock = new WallClock(order.clock);
  const store = new RigStore(order.stateFolder);
  const { rig, ports, run, folder, despiteQuarantine, silenceNs } = order;
  const lock = RigLock.acquire({
    store,
    rig,
    ports,
    run,
    folder,
    despiteQuarantine,
    pid: order.runner.pid,
    processStarted: order.runner.started,
    nowUtcMs: () => Date.now(),
  });
  let instruments: GuardedInstruments | null = null;
  const log = folder === null ? null : new GuardianLog(folder, lock.fence);
  try {
    instruments = await openGuarded(order, clock);
    const { parts, deadMan } = instruments;
    log?.write({ kind: 'guardian-opened', run, rig, silenceNs, deadMan });
    const recovered = await recover(order, lock, instruments, clock, log);
    if (recovered === 'failed') throw new Error(`rig ${rig}: ${lock.record.quarantine?.why ?? ''}`);
    const opened = instruments;
    const guardian = new Guardian({
      clock,
      lock,
      parts,
      run,
      silenceNs,
      log: (body) => tryTo(() => log?.write(body)),
      runnerLine: () => log?.runnerLine() ?? null,
      send,
      endRunner: () => endRunner(order.runner.pid),
      closed: () => void end(opened, lock, log),
    });
    process.on('message', (message: ToGuardian) => {
      if (message.kind !== 'guard') guardian.receive(message);
    });
    process.on('disconnect', () => guardian.runnerGone());
    setInterval(() => guardian.look(), LOOK_EVERY_NS / NS_PER_MS);
    if (!process.connected) guardian.runnerGone();
    const { isolation, source } = parts;
    const openFor = isolation?.openFor !== undefined;
    const opensWithinNs = isolation?.opensWithinNs ?? 0;
    const holds = {
      isolation: isolation !== null,
      source: source !== null,
      openFor,
      opensWithinNs,
    };
    send({ kind: 'ready', fence: lock.fence, holds, recovered });
  } catch (error) {
    await instruments?.release().catch(() => undefined);
    log?.close();
    lock.release();
    throw error;
  }
}

/** A run that ended in the dark may have left the bench live: safe first, then anything else. */
async function recover(
  { mayBeLive, run }: GuardOrder,
  lock: RigLock,
  { parts }: GuardedInstruments,
  clock: WallClock,
  log: GuardianLog | null,
) {
  if (!mayBeLive && lock.record.mayBeLive === null) return null;
  const made = await makeSafe(parts, clock);
  log?.write({
    kind: 'made-safe',
    cause: 'the last run may have left it live',
    runner: null,
    ...made,
  });
  const detail = made.steps.map((step) => `${step.name}: ${step.detail}`).join('; ');
  const at = new Date().toISOString();
  if (made.outcome === 'verified')
    lock.remember({ mayBeLive: null, lastSafe: { at, run, detail } });
  if (made.outcome === 'failed') lock.remember({ quarantine: { since: at, run, why: detail } });
  return made.outcome;
}

/** Only a runner that is still our parent: its number may belong to another process by now. */
function endRunner(pid: number): void {
  if (process.ppid === pid) tryTo(() => process.kill(pid, 'SIGKILL'));
}

async function end(
  instruments: GuardedInstruments,
  lock: RigLock,
  log: GuardianLog | null,
): Promise<void> {
  await instruments.release().catch(() => undefined);
  tryTo(() => log?.close());
  tryTo(() => lock.release());
  process.exit(0);
}

/** A disk that is full must not keep the bench from being made safe. */
function tryTo(act: () => void): void {
  try {
    act();
  } catch {
    // Told where it matters: the journal lacks a line, and verify says so.
  }
}
