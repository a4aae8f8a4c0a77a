import { existsSync } from 'node:fs';
import os from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { WallClock } from '../../rigs/clock/wall.ts';
import { GuardianClient } from '../../rigs/guardian/guardian-client.ts';
import { askRelease, isHeld, RigLock } from '../../rigs/guardian/rig-lock.ts';
import { RigStore, stateFolder } from '../../rigs/guardian/rig-store.ts';
import type { RigRecord } from '../../rigs/port/rig-record.ts';
import { loadRigSide } from './rig-side.ts';
import { EXIT, Refusal } from './exit.ts';
import { guardOrder, processStarted } from './wall-reach.ts';

type Print = (text: string) => void;

/** The safe state could not be shown. */
const UNSAFE = 7;
const RELEASE_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 50;

/** All rigs that were ever held on this machine, a line each. */
export function rigListCommand(flags: { readonly json: boolean }, print: Print): void {
  const store = openStore();
  const records = store.rigs().map((rig) => store.read(rig));
  if (flags.json) {
    print(JSON.stringify(records.map((record) => withHeld(store, record))));
    return;
  }
  if (records.length === 0) print(`no rig was ever held here (${store.folder})`);
  for (const record of records) print(`${record.rig.padEnd(24)} ${summary(store, record)}`);
}

/** What is remembered of one rig. @throws Refusal when it is not known here */
export function rigStatusCommand(
  named: string,
  flags: { readonly json: boolean },
  print: Print,
): void {
  const store = openStore();
  const record = store.read(rigNamed(store, named));
  print(flags.json ? JSON.stringify(withHeld(store, record)) : statusText(store, record));
}

/** Drives a rig safe by hand, also a quarantined one. @returns 0 when it was shown to be dead, else 7 */
export async function rigSafeCommand(named: string, print: Print): Promise<number> {
  const side = loadRigSide(named);
  const { voltage: milliVolts, current: milliAmps } = side.rig.limits;
  const order = guardOrder(
    { ...side, clock: new WallClock(), limits: { milliVolts, milliAmps } },
    { folder: null, run: `by hand ${os.userInfo().username}`, despiteQuarantine: true },
  );
  const guardian = await GuardianClient.start(order);
  const { outcome, detail } = await guardian.makeSafe();
  const isSafe = outcome === 'verified';
  // Only a bench that was seen to be live is quarantined; one of which nothing is shown stays as it was.
  await guardian.close(outcome === 'failed' ? 'UNSAFE' : outcome, detail);
  print(
    `rig ${side.rig.rig}: ${isSafe ? 'safe, verified' : `NOT shown to be safe (${outcome})`}: ${detail}`,
  );
  return isSafe ? EXIT.ok : UNSAFE;
}

/** Asks a run to let go of a rig, and waits until it has. @throws Refusal when another run holds it */
export async function rigReleaseCommand(
  named: string,
  flags: { readonly from: string },
  print: Print,
): Promise<void> {
  const store = openStore();
  const rig = rigNamed(store, named);
  if (!isHeld(store, rig)) {
    print(`rig ${rig}: nobody holds it`);
    return;
  }
  const { holder } = store.read(rig);
  // Only from the run that somebody saw: by now the rig may be another's.
  if (holder?.run !== flags.from) {
    throw new Refusal(
      EXIT.rigRefused,
      `rig ${rig} is held by run ${holder?.run ?? 'unknown'}, not by ${flags.from}; nothing was done`,
    );
  }
  askRelease(store, rig, { from: flags.from, by: os.userInfo().username });
  for (let waitedMs = 0; waitedMs < RELEASE_WITHIN_MS; waitedMs += LOOK_EVERY_MS) {
    await delay(LOOK_EVERY_MS);
    if (isHeld(store, rig)) continue;
    print(`rig ${rig}: released by run ${flags.from}; ${safeText(store.read(rig))}`);
    return;
  }
  throw new Refusal(
    EXIT.rigRefused,
    `rig ${rig}: awaited that run ${flags.from} lets go for ${RELEASE_WITHIN_MS / 1000} s, it holds on`,
  );
}

/** Lifts a quarantine: a person says who they are and why the bench may be used again. @throws Refusal */
export function rigClearCommand(
  named: string,
  flags: { readonly by: string; readonly reason: string },
  print: Print,
): void {
  const store = openStore();
  const rig = rigNamed(store, named);
  const { quarantine } = store.read(rig);
  if (quarantine === null) {
    print(`rig ${rig} is not quarantined`);
    return;
  }
  const lock = RigLock.acquire({
    store,
    rig,
    ports: [],
    run: `clear by ${flags.by}`,
    folder: null,
    pid: process.pid,
    processStarted: processStarted(),
    nowUtcMs: () => Date.now(),
    despiteQuarantine: true,
  });
  const at = new Date().toISOString();
  lock.remember({ quarantine: null, cleared: { at, by: flags.by, reason: flags.reason } });
  lock.release();
  print(`rig ${rig}: the quarantine since ${quarantine.since} is lifted (${quarantine.why})`);
}

function openStore(): RigStore {
  return new RigStore(stateFolder());
}

/** A rig by its own name, or by the file or short name of its rig file. */
function rigNamed(store: RigStore, named: string): string {
  if (existsSync(store.recordFile(named))) return named;
  return loadRigSide(named).rig.rig;
}

function withHeld(store: RigStore, record: RigRecord) {
  return { ...record, held: isHeld(store, record.rig) };
}

function summary(store: RigStore, record: RigRecord): string {
  const { holder, quarantine } = record;
  if (isHeld(store, record.rig)) {
    return holder === null
      ? 'held'
      : `held by run ${holder.run} of ${holder.owner}, ${holder.heartbeat}`;
  }
  return `${quarantine === null ? 'free' : `QUARANTINED: ${quarantine.why}`}; ${safeText(record)}`;
}

function statusText(store: RigStore, record: RigRecord): string {
  const { rig, fence, holder, quarantine, cleared } = record;
  const lines = [`rig ${rig}`, `  held       ${isHeld(store, rig) ? 'yes' : 'no'}, fence ${fence}`];
  if (holder !== null) {
    lines.push(
      `  holder     run ${holder.run} of ${holder.owner}@${holder.host}, pid ${holder.pid} started ${holder.processStarted}`,
      `             since ${holder.since}, heartbeat ${holder.heartbeat}, expires ${holder.expires}`,
      `             ${holder.folder ?? 'no folder'}${isHeld(store, rig) ? '' : ' (it ended without giving the rig back)'}`,
    );
  }
  lines.push(`  safe       ${safeText(record)}`);
  if (quarantine !== null) {
    lines.push(`  QUARANTINE since ${quarantine.since}, run ${quarantine.run}: ${quarantine.why}`);
  }
  if (cleared !== null)
    lines.push(`  cleared    ${cleared.at} by ${cleared.by}: ${cleared.reason}`);
  return lines.join('\n');
}

function safeText({ mayBeLive, lastSafe }: RigRecord): string {
  if (mayBeLive !== null) {
    return `MAY BE LIVE since ${mayBeLive.since} (run ${mayBeLive.run}: ${mayBeLive.what})`;
  }
  return lastSafe === null
    ? 'nothing was energised'
    : `safe, verified at ${lastSafe.at}: ${lastSafe.detail}`;
}
