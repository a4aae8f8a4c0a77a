import { z } from 'zod';
import { defineDriver } from '../../../../rigs/driver/driver.ts';
import type { Probe } from '../../../../rigs/port/probe.ts';
import { openScpi } from '../../../../rigs/serial/scpi.ts';

/** A driver as a user writes it beside a rig file: a thermometer that nobody else has. */
export default defineDriver({
  role: 'probe',
  name: 'thermometer',
  summary: 'Thermometer of our own, one line a question.',
  reach: 'line',
  options: { channel: z.int().min(1).max(4).describe('Which of its sensors.') },
  async open({ channel }, context): Promise<Probe> {
    const scpi = await openScpi(context);
    return {
      identify: async () => ({
        make: 'ours',
        model: 'thermometer',
        serial: await scpi.query(`SER${channel}?`),
        firmware: '',
      }),
      release: () => scpi.close(),
      read: async () => {
        const value = Math.round(1000 * (await scpi.queryNumber(`TEMP${channel}?`)));
        return { kind: 'number', value, unit: 'mdegC', expandedUncertainty: null };
      },
    };
  },
});
