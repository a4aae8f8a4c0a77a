import { z } from 'zod';
import type { ActionOf } from '../../../rigs/port/action.ts';
import { pulsePeriodNs } from '../../../rigs/port/pulse-period.ts';
import { NS_PER_S } from '../../../devices/domain/time.ts';
import { NOT_NEGATIVE, count, duration, quantity } from '../value.ts';
import { asName, defineVerb } from './verb.ts';
import type { Circumstances } from './verb.ts';

/** s(n-1) of fewer than three is a number and no knowledge (facts of accuracy tests: "repeat at least 3"). */
const FEWEST_REPEATS = 3;
/** Defaults of this project: a bench source that is worse is no source for a class of 0.2 %. */
const STABILITY_PPM = 1_000;
const ATTEMPTS = 3;

export const measureAccuracy = defineVerb({
  kind: 'measure-accuracy',
  summary: 'Compares the meter with the reference standard, gated on the pulses of the meter.',
  documentation: `The gate opens and closes at pulses of the meter's test LED, so that only the standard's last count is
uncertain. The gate takes at least \`pulses\` pulses and at least \`minimum-gate\`, and never fewer pulses
than the meter's maker asks for; it is repeated, and the mean of the errors is the measurement (in
expressions: ppm). Fewer than three gates say nothing of repeatability and are refused. What the standard
measures of voltage, current, power factor and frequency must stay within \`stability\` for the whole gate;
a gate in which something moved is recorded and tried again, \`attempts\` times in all. Raw counts: pulses,
meterMilliWattHours, referenceMilliWattHours, repeats, elementFactor, meanPpm, deviationPpm, rangePpm. Apply
a load before.`,
  example: 'do: measure-accuracy\nwith: { as: error, pulses: 25, minimum-gate: 30 s, repeats: 3 }',
  schema: z.strictObject({
    as: asName,
    pulses: count(
      'Pulses in one gate; the minimum of the meter type when not given.',
      1,
    ).optional(),
    'minimum-gate': duration('Shortest gate.'),
    repeats: count('How many gates.', FEWEST_REPEATS),
    'warm-up': duration(
      'Wait under load before the settling; none when not given.',
      NOT_NEGATIVE,
    ).optional(),
    settle: duration('Wait before the first gate; 10 s when not given.', NOT_NEGATIVE).optional(),
    stability: quantity(
      'ppm',
      'How far a quantity may move while a gate is open; 0.1 % when not given.',
      { above: 0 },
    ).optional(),
    attempts: count('How often each gate is tried; 3 times when not given.', 1).optional(),
  }),
  effects: ['reads'],
  yields: { kind: 'measurement', unit: 'ppm' },
  compile: (written, values) => ({
    do: 'measure-accuracy',
    as: written.as,
    pulses: Math.max(
      written.pulses === undefined ? 0 : values.count(written.pulses),
      values.profile.minimumPulses,
    ),
    minimumGateNs: values.durationNs(written['minimum-gate']),
    repeats: values.count(written.repeats),
    warmUpNs: written['warm-up'] === undefined ? 0 : values.durationNs(written['warm-up']),
    settleNs: written.settle === undefined ? 10 * NS_PER_S : values.durationNs(written.settle),
    stability: {
      tolerancePpm:
        written.stability === undefined ? STABILITY_PPM : values.quantity(written.stability, 'ppm'),
      attempts: written.attempts === undefined ? ATTEMPTS : values.count(written.attempts),
      origin: written.stability === undefined ? 'default' : 'scenario',
    },
  }),
  expectedNs: (action, circumstances) => {
    const waitNs = action.warmUpNs + action.settleNs;
    const gate = gateOf(action, circumstances);
    if (gate === null) return waitNs;
    // Waiting for the first pulse of a gate takes up to one period.
    return Math.round(waitNs + action.repeats * (gate.gateNs + gate.gateNs / gate.pulses));
  },
  unfit: (action: ActionOf<'measure-accuracy'>, { load }) =>
    load === null || load.currentMilliAmps === 0
      ? `${action.as} would wait for pulses, but no load is applied before`
      : null,
});

/** Pulses of one gate and the time that they take; null without a load. */
export function gateOf(
  action: ActionOf<'measure-accuracy'>,
  { profile, load, connection }: Pick<Circumstances, 'profile' | 'load' | 'connection'>,
): { readonly pulses: number; readonly gateNs: number } | null {
  const pulseNs = pulsePeriodNs(load, profile, connection);
  if (pulseNs === null) return null;
  const pulses = Math.max(action.pulses, Math.ceil(action.minimumGateNs / pulseNs));
  return { pulses, gateNs: pulses * pulseNs };
}
