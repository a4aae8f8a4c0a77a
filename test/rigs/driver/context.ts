import type { DriverContext } from '../../../rigs/driver/driver.ts';

/** What a driver is opened with where no line reaches its instrument. */
export function contextOf(
  given: Pick<DriverContext, 'name' | 'clock'> & Partial<DriverContext>,
): DriverContext {
  return {
    port: null,
    operator: { ask: ({ text }) => Promise.reject(new Error(`nobody is there: ${text}`)) },
    limits: { milliVolts: 264_000, milliAmps: 100_000 },
    instrument: null,
    readback: 'state',
    senses: 'downstream',
    secret: () => new Uint8Array(20),
    openLine: () => Promise.reject(new Error('there is no line')),
    ...given,
  };
}
