import { describe, expect, test } from 'vitest';
import { NS_PER_S } from '../../../devices/domain/time.ts';
import { clockNs } from '../../../devices/meter/clock.ts';
import { holdUpNs } from '../../../devices/meter/outage.ts';
import { OFF, ON, OUTAGE_ALARMS, tableOf, tell } from './story.ts';

/** Power goes at 100 s for so long; messages about it, with the seconds since the loss. */
function outageOf(seconds: number, untilSeconds = 600): readonly (readonly [string, number])[] {
  const said = tell(
    tableOf(),
    0,
    [
      [1, ON],
      [10, OUTAGE_ALARMS],
      [100, OFF],
      [100 + seconds, ON],
    ],
    untilSeconds,
  );
  return said
    .filter(({ kind }) => kind === 'last-gasp' || kind === 'restoration')
    .map(({ kind, atNs }) => [kind, Math.round((atNs / NS_PER_S - 100) * 1e6) / 1e6]);
}

describe('an outage is declared when its configured duration is reached', () => {
  test('one tick short of it nothing is told', () => {
    expect(outageOf(14.95)).toEqual([]);
  });

  test('on the tick the last gasp goes out, and a restoration pairs with it', () => {
    expect(outageOf(15.05)).toEqual([
      ['last-gasp', 15],
      ['restoration', 45.05],
    ]);
  });

  test('power that is back for less than the restoration delay does not end the outage', () => {
    const said = tell(
      tableOf(),
      0,
      [
        [1, ON],
        [10, OUTAGE_ALARMS],
        [100, OFF],
        [120, ON],
        [149.95, OFF],
        [160, ON],
      ],
      600,
    );
    const told = said.filter(({ kind }) => kind === 'last-gasp' || kind === 'restoration');
    expect(told.map(({ kind, atNs }) => [kind, Math.round(atNs / 1e7) / 100])).toEqual([
      ['last-gasp', 115],
      ['restoration', 190],
    ]);
    expect(told.map(({ first }) => first)).toEqual([1, 1]);
  });
});

test('a meter that was never configured reports no outage', () => {
  const said = tell(
    tableOf(),
    0,
    [
      [1, ON],
      [100, OFF],
      [130, ON],
    ],
    600,
  );
  expect(said.map(({ kind }) => kind)).not.toContain('last-gasp');
});

test('an outage that outlasts the capacitor is restored after the module has booted again', () => {
  const holdUpSeconds = holdUpNs(tableOf(), 1) / NS_PER_S;
  expect(holdUpSeconds).toBeGreaterThan(40);
  expect(holdUpSeconds).toBeLessThan(50);
  expect(outageOf(240)).toEqual([
    ['last-gasp', 15],
    ['restoration', 270],
  ]);
});

test('the clock runs on through an outage', () => {
  const meters = tableOf();
  const before = clockNs(meters, 0, 0);
  tell(
    meters,
    0,
    [
      [1, ON],
      [100, OFF],
      [340, ON],
    ],
    400,
  );
  expect(Math.abs(clockNs(meters, 0, 400e9) - 400e9 - before)).toBeLessThan(20e6);
});
