import { expect, test } from 'vitest';
import {
  type ConditionName,
  CONDITION_STATES,
  WIRING_ERRORS,
} from '../../../devices/domain/condition.ts';
import { createMeters } from '../../../devices/meter/columns.ts';
import type { MeterInput } from '../../../devices/meter/input.ts';
import { METER_RULES } from '../../../devices/meter/rules/index.ts';
import { step } from '../../../devices/meter/step.ts';
import { loadProfileFile } from '../../../harness/main/rig-side.ts';

const { profile } = loadProfileFile('centron-gprs');

/** A meter that is to tell every event, with what it says. */
function meter() {
  const meters = createMeters({
    count: 1,
    seed: 1,
    profile,
    rules: METER_RULES,
    createdAtNs: 0,
    startUtcMs: 0,
    withModule: true,
    withEventLog: true,
  });
  const said: number[] = [];
  let nowNs = 0;
  const give = (input: MeterInput): void => {
    nowNs += 60e9;
    step(meters, 0, nowNs, input, {
      say: (_row, kind, first) => {
        if (kind === 'event-alarm') said.push(first);
      },
    });
  };
  give({ kind: 'mains', energised: true });
  give({ kind: 'wake' });
  const filter = { firstCode: 1, lastCode: 4095, atLeast: 1, withinMs: 1000, resetsCounter: true };
  give({ kind: 'configure-event-alarms', ...filter });
  const set = (condition: ConditionName, present: boolean): void =>
    give({ kind: 'operation', operation: { kind: 'condition', condition, present } });
  return { set, said };
}

test('a condition that is there already, or not there, is nothing new', () => {
  const { set, said } = meter();
  set('reverse-polarity', false);
  set('reverse-polarity', true);
  set('reverse-polarity', true);
  set('reverse-polarity', false);
  set('reverse-polarity', false);
  expect(said).toEqual([0x810, 0x820]);
});

test('each wiring error has codes of its own, and they are told beside each other', () => {
  const { set, said } = meter();
  for (const error of WIRING_ERRORS) set(error, true);
  for (const error of WIRING_ERRORS) set(error, false);
  expect(said).toEqual([
    ...WIRING_ERRORS.map((_, number) => 0x810 + number),
    ...WIRING_ERRORS.map((_, number) => 0x820 + number),
  ]);
});

test('both sensors raise one code, a tilt the one of C12.19, altered constants their own', () => {
  const { set, said } = meter();
  set('magnet', true);
  set('case', true);
  set('tilt', true);
  set('calibration', true);
  for (const condition of ['magnet', 'case', 'tilt', 'calibration'] as const) set(condition, false);
  expect(said).toEqual([0x832, 0x832, 47, 0x831]);
});

test('every condition has a state of rest and one in which it is present', () => {
  for (const [rest, present] of Object.values(CONDITION_STATES)) expect(rest).not.toBe(present);
});
