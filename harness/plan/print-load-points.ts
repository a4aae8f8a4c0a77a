import { formatQuantity } from '../../devices/domain/quantity.ts';
import type { Action, ActionOf } from '../../rigs/port/action.ts';
import type { Abilities } from '../../rigs/port/bench.ts';
import { connectionOf } from '../../rigs/port/connection.ts';
import { countedNs } from '../scenario/verb/count-pulses.ts';
import { gateOf } from '../scenario/verb/measure-accuracy.ts';
import { clock } from './duration.ts';
import { loadAfter } from './load-after.ts';
import type { PlannedStep } from './plan.ts';

type Load = ActionOf<'apply-load'>;
type Socket = Pick<Abilities, 'profile' | 'connection'>;

/**
 * What each comparison and each count of pulses of a case will take, before anything is energised: a
 * light load with a large Kh takes minutes a pulse, and nobody should find that out at the bench.
 */
export function loadPointTexts(steps: readonly PlannedStep[], socket: Socket): readonly string[] {
  let load: Load | null = null;
  return steps.flatMap(({ action, expectedNs }) => {
    load = loadAfter(action, load);
    return textOf(action, load, expectedNs, socket) ?? [];
  });
}

function textOf(
  action: Action,
  load: Load | null,
  expectedNs: number,
  { profile, connection }: Socket,
): string | null {
  const at = { profile, load, ...(connection && { connection }) };
  if (action.do === 'count-pulses') {
    const counted = `pulse count ${action.as}: ${load === null ? 'no load' : conditionText(load)}`;
    const { window } = action;
    const pulses = 'forPulses' in window ? `the time of ${window.forPulses} pulses, ` : '';
    return `${counted}: ${pulses}${clock(countedNs(action, at) ?? 0)}`;
  }
  if (action.do !== 'measure-accuracy' || load === null) return null;
  const gate = gateOf(action, at);
  if (gate === null) return null;
  const { factor } = connectionOf(connection, profile);
  const took = `${gate.pulses} pulses in ${clock(gate.gateNs)} a gate, ${action.repeats} gates, in all ${clock(expectedNs)}`;
  return `load point ${action.as}: ${conditionText(load)}, element factor ${factor}: ${took}; ${steadyText(action)}`;
}

function conditionText(load: Load): string {
  const volts = formatQuantity({ value: load.voltageMilliVolts, unit: 'mV' });
  const amps = formatQuantity({ value: load.currentMilliAmps, unit: 'mA' });
  return `${volts}, ${amps}, PF ${load.powerFactorPpm / 1e6}`;
}

function steadyText({ stability }: ActionOf<'measure-accuracy'>): string {
  const { tolerancePpm, attempts, origin } = stability;
  const within = formatQuantity({ value: tolerancePpm, unit: 'ppm' });
  return `steady within ${within} (${origin}), at most ${attempts} attempts each`;
}
