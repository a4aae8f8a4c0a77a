import { expect, test } from 'vitest';
import { controlLine } from '../../../rigs/isolation/line.ts';
import { farEnd } from '../driver/far-end.ts';

const LIVE = { on: true, milliVolts: 240_000 };

test('opening the port leaves the contact open, and closing it opens the contact', async () => {
  const end = await farEnd(controlLine, { line: 'dtr', active: 'on' }, 'simulated');
  const { instrument, physics, clock } = end;
  const settled = () => clock.sleepUntil(clock.nowNs() + 300e6);
  physics.setSource(LIVE);
  await settled();
  expect(physics.terminals.milliVolts).toBe(0);
  await instrument.close();
  await settled();
  expect(physics.terminals.milliVolts).toBe(240_000);
  await instrument.release();
  await settled();
  expect(physics.terminals.milliVolts).toBe(0);
  physics.stop();
});

test('with an inverted line closing the port energises, and the file is told so', async () => {
  const end = await farEnd(controlLine, { line: 'rts', active: 'off' }, 'simulated');
  const { instrument, physics, clock } = end;
  physics.setSource(LIVE);
  await instrument.open();
  await instrument.release();
  await clock.sleepUntil(clock.nowNs() + 300e6);
  expect(physics.terminals.milliVolts).toBe(240_000);
  physics.stop();
});

test.each([
  ['on', { deadMan: 'line drops', energisesOnOpen: true }],
  ['off', { deadMan: 'none', energisesOnOpen: false }],
])('active %s: what opening the port and dying do is declared', (active, safety) => {
  expect(controlLine.safety?.({ line: 'dtr', active })).toMatchObject(safety);
});
