import { z } from 'zod';
import type { ActionOf } from '../../../rigs/port/action.ts';
import { NS_PER_S } from '../../../devices/domain/time.ts';
import { NOT_NEGATIVE, count, duration } from '../value.ts';
import { asName, defineVerb } from './verb.ts';
import type { Circumstances } from './verb.ts';

export const measureAccuracy = defineVerb({
  kind: 'measure-accuracy',
  summary: 'Compares the meter with the reference standard, gated on the pulses of the meter.',
  documentation: `The gate opens and closes at pulses of the meter's test LED, so that only the standard's last count is
uncertain. The gate takes at least \`pulses\` pulses and at least \`minimum-gate\`, and never fewer pulses
than the meter's maker asks for; it is repeated, and the mean of the errors is the measurement (in
expressions: ppm). Raw counts: pulses, meterMilliWattHours, referenceMilliWattHours, repeats. Apply a load before.`,
  example: 'do: measure-accuracy\nwith: { as: error, pulses: 25, minimum-gate: 30 s, repeats: 3 }',
  schema: z.strictObject({
    as: asName,
    pulses: count(
      'Pulses in one gate; the minimum of the meter type when not given.',
      1,
    ).optional(),
    'minimum-gate': duration('Shortest gate.'),
    repeats: count('How many gates.', 1),
    settle: duration('Wait before the first gate; 10 s when not given.', NOT_NEGATIVE).optional(),
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
    settleNs: written.settle === undefined ? 10 * NS_PER_S : values.durationNs(written.settle),
  }),
  expectedNs: (action, circumstances) => {
    const pulseNs = pulsePeriodNs(circumstances);
    if (pulseNs === null) return action.settleNs;
    const pulses = Math.max(action.pulses, Math.ceil(action.minimumGateNs / pulseNs));
    // Waiting for the first pulse of a gate takes up to one period.
    return Math.round(action.settleNs + action.repeats * (pulses + 1) * pulseNs);
  },
  unfit: (action: ActionOf<'measure-accuracy'>, { load }) =>
    load === null || load.currentMilliAmps === 0
      ? `${action.as} would wait for pulses, but no load is applied before`
      : null,
});

/** Time between two pulses of the test LED: Kh x 3600 / P, P = elements x V x I x PF; null without load. */
function pulsePeriodNs({ profile, load }: Circumstances): number | null {
  if (load === null) return null;
  const watts =
    profile.elements *
    (load.voltageMilliVolts / 1e3) *
    (load.currentMilliAmps / 1e3) *
    (load.powerFactorPpm / 1e6);
  return watts === 0 ? null : ((profile.khWattHours * 3600) / watts) * 1e9;
}
