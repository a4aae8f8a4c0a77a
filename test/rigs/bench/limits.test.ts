import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { loadProfile, loadRig } from '../../../harness/main/rig-files.ts';
import { applyLoad } from '../../../harness/scenario/verb/apply-load.ts';
import { abilitiesOf, rigProfileAt } from '../../../rigs/bench/abilities.ts';
import { loaded } from '../../harness/plan/abilities.ts';

const RIG = readFileSync('rigs/simulated.rig.yaml', 'utf8');
const PROFILE = loaded(
  loadProfile('a.yaml', readFileSync('rigs/profiles/centron-gprs.yaml', 'utf8')),
);

function at(change: (text: string) => string, profile = PROFILE) {
  const rig = loaded(loadRig('a.rig.yaml', change(RIG)));
  const [position] = rig.positions;
  if (position === undefined) throw new Error('no position');
  return {
    abilities: abilitiesOf(rig, position, profile, null),
    profile: rigProfileAt(rig, position),
  };
}

const withLimits = (limits: string) => (text: string) =>
  text.replace('voltage: 264 V, current: 100 A', limits);

const real = (text: string) => text.replace('port: simulated', 'port: tcp://127.0.0.1:1');

test('the lower of rig and meter is what a source may be set to', () => {
  expect(at((text) => text).abilities.limits).toEqual({ milliVolts: 264_000, milliAmps: 100_000 });
  expect(at(withLimits('voltage: 300 V, current: 250 A')).abilities.limits).toEqual({
    milliVolts: 264_000,
    milliAmps: 200_000,
  });
  expect(at(withLimits('voltage: 250 V, current: 20 A')).abilities.limits).toEqual({
    milliVolts: 250_000,
    milliAmps: 20_000,
  });
});

test.each([
  ['the rig', withLimits('voltage: 264 V, current: 20 A'), PROFILE, "the rig's limit of 20 A"],
  [
    'the meter',
    withLimits('voltage: 264 V, current: 100 A'),
    { ...PROFILE, classCurrentMilliAmps: 20_000, form: '1S' },
    'the class current 20 A of centron-gprs (form 1S)',
  ],
])('a load above %s is refused before anything is energised', (_what, change, profile, reason) => {
  const { abilities } = at(change, profile);
  const action = { do: 'apply-load', voltageMilliVolts: 240_000, powerFactorPpm: 1e6 } as const;
  const unfit = (milliAmps: number) =>
    applyLoad.unfit({ ...action, currentMilliAmps: milliAmps }, { ...abilities, load: null });
  expect(unfit(20_000)).toBeNull();
  expect(unfit(20_001)).toContain(reason);
});

test('a rig with a real port is for a lab unless it says what for; one of twins for nothing', () => {
  expect(at((text) => text).profile).toBeNull();
  expect(at(real).profile).toBe('lab');
  expect(at((text) => real(text).replace('time:', 'profile: development\ntime:')).profile).toBe(
    'development',
  );
});
