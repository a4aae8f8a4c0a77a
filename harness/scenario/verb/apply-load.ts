import { z } from 'zod';
import { formatQuantity } from '../../../devices/domain/quantity.ts';
import { NS_PER_S } from '../../../devices/domain/time.ts';
import { NOT_NEGATIVE, quantity } from '../value.ts';
import { defineVerb } from './verb.ts';

const UNITY_PPM = 1_000_000;

const amps = (milliAmps: number) => formatQuantity({ value: milliAmps, unit: 'mA' });
const volts = (milliVolts: number) => formatQuantity({ value: milliVolts, unit: 'mV' });

export const applyLoad = defineVerb({
  kind: 'apply-load',
  summary: 'Lets the source drive a load through the meter.',
  documentation: `The limits of source and rig are set before the output goes on. A current above the class current of
the meter, or a voltage that is not the meter's, makes the case inapplicable before anything is
energised. The power factor is 100 % when it is not given.`,
  example: 'do: apply-load\nwith: { current: 30 A, voltage: $profile.voltage, power-factor: 50 % }',
  schema: z.strictObject({
    current: quantity('mA', 'Current through each element.', NOT_NEGATIVE),
    voltage: quantity('mV', 'Voltage across each element.', NOT_NEGATIVE),
    'power-factor': quantity('ppm', 'Power factor in %, lagging.', {
      above: 0,
      most: UNITY_PPM,
    }).optional(),
  }),
  effects: [],
  energises: true,
  compile: (written, values) => ({
    do: 'apply-load',
    currentMilliAmps: values.quantity(written.current, 'mA'),
    voltageMilliVolts: values.quantity(written.voltage, 'mV'),
    powerFactorPpm:
      written['power-factor'] === undefined
        ? UNITY_PPM
        : values.quantity(written['power-factor'], 'ppm'),
  }),
  expectedNs: () => 3 * NS_PER_S,
  unfit: (action, { profile, limits }) => {
    if (action.currentMilliAmps > profile.classCurrentMilliAmps) {
      return `${amps(action.currentMilliAmps)} is above the class current ${amps(profile.classCurrentMilliAmps)} of ${profile.profile} (form ${profile.form}); a load point in % of test amps fits (100 % is ${amps(profile.testCurrentMilliAmps)})`;
    }
    if (action.voltageMilliVolts !== profile.voltageMilliVolts) {
      return `${volts(action.voltageMilliVolts)} is not the voltage ${volts(profile.voltageMilliVolts)} of ${profile.profile} (form ${profile.form})`;
    }
    if (action.currentMilliAmps > limits.milliAmps) {
      return `${amps(action.currentMilliAmps)} is above the rig's limit of ${amps(limits.milliAmps)}`;
    }
    if (action.voltageMilliVolts > limits.milliVolts) {
      return `${volts(action.voltageMilliVolts)} is above the rig's limit of ${volts(limits.milliVolts)}`;
    }
    return null;
  },
});
