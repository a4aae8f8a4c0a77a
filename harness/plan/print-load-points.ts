import { formatQuantity } from '../../devices/domain/quantity.ts';
import type { ActionOf } from '../../rigs/port/action.ts';
import type { Abilities } from '../../rigs/port/bench.ts';
import { connectionOf } from '../../rigs/port/connection.ts';
import { gateOf } from '../scenario/verb/measure-accuracy.ts';
import { clock } from './duration.ts';
import type { PlannedStep } from './plan.ts';

/**
 * What each comparison of a case will take, before anything is energised: a light load with a large
 * Kh takes minutes a pulse, and nobody should find that out at the bench.
 */
export function loadPointTexts(
  steps: readonly PlannedStep[],
  { profile, connection }: Pick<Abilities, 'profile' | 'connection'>,
): readonly string[] {
  const { factor } = connectionOf(connection, profile);
  let load: ActionOf<'apply-load'> | null = null;
  return steps.flatMap(({ action, expectedNs }) => {
    if (action.do === 'apply-load') load = action;
    if (action.do !== 'measure-accuracy' || load === null) return [];
    const gate = gateOf(action, { profile, load, ...(connection && { connection }) });
    if (gate === null) return [];
    const took = `${gate.pulses} pulses in ${clock(gate.gateNs)} a gate, ${action.repeats} gates, in all ${clock(expectedNs)}`;
    return [
      `load point ${action.as}: ${conditionText(load)}, element factor ${factor}: ${took}; ${steadyText(action)}`,
    ];
  });
}

function conditionText(load: ActionOf<'apply-load'>): string {
  const volts = formatQuantity({ value: load.voltageMilliVolts, unit: 'mV' });
  const amps = formatQuantity({ value: load.currentMilliAmps, unit: 'mA' });
  return `${volts}, ${amps}, PF ${load.powerFactorPpm / 1e6}`;
}

function steadyText({ stability }: ActionOf<'measure-accuracy'>): string {
  const { tolerancePpm, attempts, origin } = stability;
  const within = formatQuantity({ value: tolerancePpm, unit: 'ppm' });
  return `steady within ${within} (${origin}), at most ${attempts} attempts each`;
}
