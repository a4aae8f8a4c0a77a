import { z } from 'zod';
import { defineDriver } from '../driver/driver.ts';
import { openScpiProbe, scpiProbeTwin } from './scpi-probe.ts';

/**
 * Temperature or humidity of the room by one query whose answer is a number, as thermohygrometers
 * with SCPI and boards of one's own have it. What is asked differs, so the rig file may say it.
 */
const SHOWS = {
  temperature: { query: 'MEAS:TEMP?', spelling: '°C', simulated: '23.0' },
  humidity: { query: 'MEAS:HUM?', spelling: '%', simulated: '45.0' },
} as const;

export const climate = defineDriver({
  role: 'probe',
  name: 'climate',
  summary: 'Thermohygrometer that answers a query with °C or % of relative humidity.',
  reach: 'line',
  options: {
    shows: z
      .enum(['temperature', 'humidity'])
      .describe('What it measures: °C, or % of relative humidity.'),
    query: z.string().min(1).optional().describe('What is asked; MEAS:TEMP? or MEAS:HUM? usually.'),
    baud: z.int().positive().optional().describe('9600 when not given.'),
  },
  open({ shows, query, baud }, context) {
    const { query: usual, spelling } = SHOWS[shows];
    return openScpiProbe({ query: query ?? usual, spelling, baudRate: baud }, context);
  },
  twin({ shows, query }, { physics }) {
    const { query: usual, simulated } = SHOWS[shows];
    const model = 'simulated thermohygrometer';
    return scpiProbeTwin(physics.scheduler, query ?? usual, model, () => simulated);
  },
});
