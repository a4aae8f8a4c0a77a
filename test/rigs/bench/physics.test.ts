import { afterEach, expect, test } from 'vitest';
import { METER_RULES } from '../../../devices/meter/rules/index.ts';
import { lcus } from '../../../rigs/isolation/lcus.ts';
import { type FarEnd, farEnd } from '../driver/far-end.ts';

const open: FarEnd<'isolation-switch'>[] = [];

/** 3600 W over a perfect meter of 1 Wh a pulse: one pulse a second, at whole seconds. */
async function pulsingEachSecond(): Promise<FarEnd<'isolation-switch'>> {
  const rules = { ...METER_RULES, registrationErrorPpm: () => 0 };
  const end = await farEnd(lcus, { channel: 1 }, 'simulated', { rules });
  open.push(end);
  end.physics.setSource({ on: true, milliVolts: 240_000, milliAmps: 15_000 });
  end.physics.setSwitch(true);
  return end;
}

afterEach(async () => {
  for (const end of open.splice(0)) await end.close();
});

test('a pulse that is due when the meter is given something else is not lost', async () => {
  const { physics, clock } = await pulsingEachSecond();
  const pulses: number[] = [];
  // Asked for before the pulses are: it comes before each of them at the same instant.
  for (let second = 1; second <= 40; second++) {
    clock.callAt(second * 1e9, 0, () => physics.setSource({ powerFactorPpm: 1e6 }));
  }
  physics.onPulse((atNs) => pulses.push(Math.round(atNs / 1e9)));
  await clock.sleepUntil(40.5e9);
  expect(pulses).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
});

test('energy until an edge is that of the edge, however late the host hears of it', async () => {
  const { physics, clock } = await pulsingEachSecond();
  await clock.sleepUntil(10.4e9);
  expect(physics.referenceMilliWattHours(10e9)).toBeCloseTo(10_000, 6);
  expect(physics.referenceMilliWattHours()).toBeCloseTo(10_400, 6);
});

test('an open switch leaves the source its voltage and takes all from the socket', async () => {
  const { physics } = await pulsingEachSecond();
  expect(physics.seenFrom('upstream')).toEqual(physics.seenFrom('downstream'));
  physics.setSwitch(false);
  const nothing = { milliVolts: 0, milliAmps: 0, milliWatts: 0, milliHertz: 0 };
  expect(physics.seenFrom('downstream')).toEqual(nothing);
  expect(physics.seenFrom('upstream')).toEqual({
    ...nothing,
    milliVolts: 240_000,
    milliHertz: 60_000,
  });
});

test('a meter that was in service goes on being so: supplying it is no outage', async () => {
  const rules = { ...METER_RULES, registrationErrorPpm: () => 0 };
  const end = await farEnd(lcus, { channel: 1 }, 'simulated', { rules });
  open.push(end);
  const { physics } = end;
  const lostAtNs = (): number | undefined => physics.meters.lostAtNs[physics.row];
  const never = lostAtNs();
  physics.give({ kind: 'mains', energised: true });
  physics.supply(240_000, 5_000);
  expect(physics.seenFrom('downstream').milliAmps).toBe(5_000);
  expect(lostAtNs()).toBe(never);
  // The control: an open switch is an outage.
  physics.setSwitch(false);
  expect(lostAtNs()).not.toBe(never);
});
