import { z } from 'zod';
import { TWIN_FAULTS } from '../wrap/faulty-twin.ts';

/** Faults beside those of a line: the relay that sticks, and the cable that is pulled. */
const BENCH_FAULTS = [...TWIN_FAULTS, 'stuck', 'unplugged'] as const;

/** A *.twin.yaml: which simulated instruments are served to other processes, how, and what fails. */
export const twinFileSchema = z.strictObject({
  twin: z.string().min(1),
  of: z.string().min(1).describe('The rig file whose simulated instruments are served.'),
  seed: z.int().min(0).optional().describe('Seed of the meter and of all that varies; 1.'),
  ports: z
    .enum(['pty', 'tcp'])
    .optional()
    .describe('Pseudo-terminals by socat, or serial servers on the loopback; tcp.'),
  faults: z
    .array(
      z.strictObject({
        at: z.string().min(1).describe("The instrument by its role: 'isolation-switch'."),
        fault: z.enum(BENCH_FAULTS),
        after: z
          .int()
          .min(0)
          .optional()
          .describe('So many writes of the host are answered well before; 0.'),
      }),
    )
    .optional(),
});

export type TwinFile = z.output<typeof twinFileSchema>;
export type TwinFaultAt = NonNullable<TwinFile['faults']>[number];
