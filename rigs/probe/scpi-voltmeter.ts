import { z } from 'zod';
import { defineDriver } from '../driver/driver.ts';
import { openScpiProbe, scpiProbeTwin } from './scpi-probe.ts';

/**
 * A DC voltmeter over the storage of the meter's module. MEASure:VOLTage:DC? is the query of SCPI-99
 * (volume 3, instrument class DC voltmeter), with range and resolution behind it where one wants them.
 */
const QUERY = 'MEAS:VOLT:DC?';

export const scpiVoltmeter = defineDriver({
  role: 'probe',
  name: 'scpi-voltmeter',
  summary: 'DC voltmeter with SCPI, over the capacitor of the meter’s module.',
  reach: 'line',
  options: {
    query: z.string().regex(/\?/).default(QUERY).describe(`What is asked; ${QUERY} usually.`),
    baud: z.int().positive().optional().describe('9600 when not given.'),
  },
  open: ({ query, baud }, context) =>
    openScpiProbe({ query, spelling: 'V', baudRate: baud }, context),
  twin: ({ query }, { physics }) =>
    scpiProbeTwin(physics.scheduler, query, 'simulated voltmeter', () =>
      (physics.storageMilliVolts() / 1e3).toExponential(5).toUpperCase(),
    ),
});
