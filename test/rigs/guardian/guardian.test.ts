import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { Guardian, LOOK_EVERY_NS } from '../../../rigs/guardian/guardian.ts';
import type { FromGuardian, GuardedCall } from '../../../rigs/guardian/protocol.ts';
import { RigLock } from '../../../rigs/guardian/rig-lock.ts';
import { RigStore } from '../../../rigs/guardian/rig-store.ts';
import type { GuardianEntryBody } from '../../../rigs/port/guardian-entry.ts';
import { type GuardedTwins, guardedTwins } from './guarded-twins.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

interface Guarded extends GuardedTwins {
  readonly guardian: Guardian;
  readonly lock: RigLock;
  readonly store: RigStore;
  readonly sent: FromGuardian[];
  readonly logged: GuardianEntryBody[];
  readonly happened: string[];
  /** Lets time pass as the guardian's own timer does. */
  readonly pass: (forNs: number, beats?: boolean) => Promise<void>;
  readonly ask: (call: GuardedCall, fence?: number) => Promise<FromGuardian | undefined>;
}

const SILENCE_NS = 500e6;

async function guarded(): Promise<Guarded> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'meterbench-guardian-'));
  folders.push(folder);
  const store = new RigStore(folder);
  const lock = RigLock.acquire({
    store,
    rig: 'bench',
    ports: [],
    run: 'run-1',
    folder: null,
    pid: 1,
    processStarted: '',
    nowUtcMs: () => 0,
  });
  const twins = await guardedTwins();
  const [sent, logged, happened] = [
    [] as FromGuardian[],
    [] as GuardianEntryBody[],
    [] as string[],
  ];
  const guardian = new Guardian({
    clock: twins.clock,
    lock,
    parts: twins.parts,
    run: 'run-1',
    silenceNs: SILENCE_NS,
    log: (body) => logged.push(body),
    runnerLine: () => ({ seq: 7, sha256: 'abc' }),
    send: (message) => sent.push(message),
    endRunner: () => happened.push('runner ended'),
    closed: () => {
      happened.push('closed');
      lock.release();
    },
  });
  let id = 0;
  return {
    ...twins,
    guardian,
    lock,
    store,
    sent,
    logged,
    happened,
    pass: async (forNs, beats = false) => {
      const endNs = twins.clock.nowNs() + forNs;
      while (twins.clock.nowNs() < endNs) {
        await twins.clock.sleepUntil(twins.clock.nowNs() + LOOK_EVERY_NS);
        if (beats) guardian.receive({ kind: 'beat' });
        guardian.look();
      }
    },
    ask: async (call, fence = lock.fence) => {
      guardian.receive({ kind: 'call', id: ++id, fence, call });
      await twins.clock.sleepUntil(twins.clock.nowNs() + 1e9);
      return sent.find((message) => 'id' in message && message.id === id);
    },
  };
}

describe('a runner', () => {
  test('that beats is left alone', async () => {
    const { guardian, physics, pass } = await guarded();
    await pass(10e9, true);
    expect(guardian.phase).toBe('guarding');
    expect(physics.terminals.milliVolts).toBe(240_000);
  });

  test('that is silent loses the bench, is ended, and finds nothing to energise it with', async () => {
    const { guardian, physics, logged, happened, pass, ask } = await guarded();
    await pass(2e9);
    expect(physics.terminals.milliVolts).toBe(0);
    expect(happened).toEqual(['runner ended']);
    expect(logged[0]).toMatchObject({
      cause: 'the runner is silent',
      outcome: 'verified',
      runner: { seq: 7, sha256: 'abc' },
    });
    expect(guardian.phase).toBe('taken back');
    expect(await ask({ of: 'isolation', method: 'close' })).toMatchObject({
      kind: 'failed',
      blame: 'rig',
      why: expect.stringContaining('would energise it again'),
    });
    expect(await ask({ of: 'isolation', method: 'open' })).toMatchObject({ kind: 'answer' });
    expect(physics.terminals.milliVolts).toBe(0);
  });

  test('that is gone loses the bench, and the rig is free', async () => {
    const { guardian, physics, happened, store, pass } = await guarded();
    guardian.runnerGone();
    await pass(2e9);
    expect(physics.terminals.milliVolts).toBe(0);
    expect(happened).toEqual(['closed']);
    expect(store.read('bench')).toMatchObject({ holder: null, lastSafe: { run: 'run-1' } });
  });

  test('is not blamed for a machine that stood still with its guardian', async () => {
    const { guardian, clock } = await guarded();
    await clock.sleepUntil(clock.nowNs() + 5e9);
    guardian.look();
    expect(guardian.phase).toBe('guarding');
  });
});

describe('a command', () => {
  test('under an old fencing number is refused, written down, and not done', async () => {
    const { logged, physics, ask, lock } = await guarded();
    const answer = await ask({ of: 'isolation', method: 'open' }, lock.fence - 1);
    expect(answer).toMatchObject({ kind: 'failed', blame: 'rig' });
    expect(logged).toMatchObject([{ kind: 'refused', what: 'isolation open' }]);
    expect(physics.terminals.milliVolts).toBe(240_000);
  });

  test('that may energise is remembered before it is done; one that cannot is not', async () => {
    const { store, ask } = await guarded();
    await ask({ of: 'isolation', method: 'open' });
    expect(store.read('bench').mayBeLive).toBeNull();
    await ask({ of: 'isolation', method: 'close' });
    expect(store.read('bench').mayBeLive).toMatchObject({ run: 'run-1', what: 'isolation close' });
  });
});

describe('a run that ends', () => {
  test('verified clears what it energised', async () => {
    const { guardian, ask, store } = await guarded();
    await ask({ of: 'isolation', method: 'close' });
    guardian.receive({ kind: 'close', rigSafe: 'verified', detail: 'standard reads 0.0 V' });
    expect(store.read('bench')).toMatchObject({
      mayBeLive: null,
      lastSafe: { detail: 'standard reads 0.0 V' },
    });
  });

  test('UNSAFE quarantines the rig: no other run gets it', async () => {
    const { guardian, store } = await guarded();
    guardian.receive({ kind: 'close', rigSafe: 'UNSAFE', detail: 'still reads 240 V' });
    expect(store.read('bench').quarantine).toMatchObject({
      run: 'run-1',
      why: 'still reads 240 V',
    });
    const again = {
      store,
      rig: 'bench',
      ports: [],
      run: 'run-2',
      folder: null,
      pid: 1,
      processStarted: '',
      nowUtcMs: () => 0,
    };
    expect(() => RigLock.acquire(again)).toThrow(/quarantined since .*still reads 240 V/);
    const byHand = RigLock.acquire({ ...again, despiteQuarantine: true });
    expect(byHand.fence).toBe(2);
    byHand.release();
  });
});

function requestFor(folder: string, rig: string) {
  return {
    store: new RigStore(path.join(folder, rig)),
    rig,
    ports: ['/dev/meterbench-test-port'],
    run: rig,
    folder: null,
    pid: 1,
    processStarted: '',
    nowUtcMs: () => 0,
  };
}

test('one port is one rig’s at a time, also for users whose state stands in other folders', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'meterbench-guardian-'));
  folders.push(folder);
  const first = RigLock.acquire(requestFor(folder, 'one'));
  expect(() => RigLock.acquire(requestFor(folder, 'other'))).toThrow(
    '/dev/meterbench-test-port is held by somebody',
  );
  first.release();
  RigLock.acquire(requestFor(folder, 'other')).release();
});
