import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { testIdentity } from '../../../devices/domain/identity.ts';
import type { HeadEndRules } from '../../../devices/head-end/rules/index.ts';
import { SimulatedClock } from '../../../rigs/clock/simulated.ts';
import { Hosts } from '../../../rigs/head-end/hosts.ts';
import { openSqliteStore } from '../../../rigs/head-end/sqlite-store.ts';
import { testLanguage } from '../../../rigs/head-end/test-language.ts';
import { lastGasp, ScriptedMeters } from './scripted-meters.ts';

const START_UTC_MS = Date.UTC(2026, 0, 5);
const METERS = Array.from({ length: 20 }, (_, index) => index);

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meterbench-acknowledged-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

class PowerCut extends Error {}

/**
 * Half of the meters raise an alarm, then power goes in the commit of the other half's.
 * @returns indexes of meters whose alarm was acknowledged, and of those whose alarm is in the store
 */
function crashedRun(rules: Partial<HeadEndRules>) {
  const path = join(folder, 'head-end.sqlite');
  const store = openSqliteStore(path);
  const acknowledged: number[] = [];
  let isPowered = true;
  const hosts = new Hosts({
    scheduler: new SimulatedClock(START_UTC_MS),
    store,
    commit: () => {
      if (!isPowered) throw new PowerCut('power went before the commit');
      store.commit();
    },
    language: testLanguage('c12-22'),
    fleet: { meters: METERS.length, commissioned: 'placed', settings: null },
    rules,
    send: ({ address }) => acknowledged.push(Number(address)),
    publish: () => {},
  });
  const meters = new ScriptedMeters((to, index, bytes) => hosts.receive(to, `${index}`, bytes));
  const raise = (indexes: readonly number[]): void =>
    hosts.turn(() => {
      for (const index of indexes) meters.say(index, lastGasp(1));
    });
  raise(METERS.slice(0, 10));
  isPowered = false;
  expect(() => raise(METERS.slice(10))).toThrow(PowerCut);
  store.close();
  const after = openSqliteStore(path);
  const kept = METERS.filter((index) => after.alarms.of(testIdentity(index).serial).length === 1);
  after.close();
  return { acknowledged, kept };
}

describe('power goes before a commit', () => {
  test('nothing that was acknowledged is missing', () => {
    const { acknowledged, kept } = crashedRun({});
    expect(acknowledged).toEqual(METERS.slice(0, 10));
    expect(kept).toEqual(METERS.slice(0, 10));
  });

  test('control: acknowledged before it is stored, something is missing', () => {
    const { acknowledged, kept } = crashedRun({ acknowledgeWhen: () => 'at once' });
    expect(acknowledged).toEqual(METERS);
    expect(kept).toEqual(METERS.slice(0, 10));
  });
});
