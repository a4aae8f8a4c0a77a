import { z } from 'zod';
import type { MeterProfile } from '../devices/domain/profile.ts';
import { REPLAY_WINDOW_MOST } from '../devices/meter/rules/security.ts';
import { written, writtenIn } from './written-quantity.ts';

/** A number of a profile with where it comes from, or `assumed`. */
function sourced<T extends z.ZodType>(value: T) {
  return z.strictObject({
    value,
    source: z.string().min(1).describe("Where the number comes from, or 'assumed'."),
  });
}

const count = z.int().min(1);

/** A meter type as a person writes it (rigs/profiles/*.yaml); the output is a {@link MeterProfile}. */
export const profileSchema = z
  .strictObject({
    profile: z.string().min(1),
    manufacturer: z.string().min(1),
    model: z.string().min(1),
    form: z.string().min(1),
    voltage: sourced(written('mV')),
    'test-current': sourced(written('mA')),
    'class-current': sourced(written('mA')),
    elements: sourced(count),
    kh: sourced(written('mWh')).describe('Energy per pulse of the test LED.'),
    'accuracy-class': sourced(written('ppm')),
    'minimum-pulses': sourced(count),
    clock: z.strictObject({
      settable: z.boolean(),
      output: z.boolean().describe('A square wave of 1 Hz in step with the seconds.'),
      tick: sourced(written('ns')),
      'drift-maximum': sourced(written('ppm')),
    }),
    outage: z.strictObject({
      tick: sourced(written('ns')),
      capacitance: sourced(writtenIn('F')),
      full: sourced(written('mV')),
      minimum: sourced(written('mV')),
      idle: sourced(writtenIn('W')),
      transmission: sourced(writtenIn('J')),
      boot: sourced(written('ns')),
      recharge: sourced(written('ns')).describe('Mains that fill the empty storage.'),
    }),
    'load-profile': z.strictObject({
      interval: sourced(written('ns')),
      capacity: sourced(count),
    }),
    module: z.strictObject({
      heartbeat: sourced(written('ns')),
      'start-delay': sourced(written('ns')).describe(
        'Longest wait from the boot to the first word.',
      ),
      'retry-first': sourced(written('ns')).describe('Each wait is twice the one before it.'),
      'retry-most': sourced(written('ns')),
      'retry-jitter': sourced(written('ppm')).describe('How far a wait may be off, either way.'),
      'iv-window': sourced(z.int().min(0).max(REPLAY_WINDOW_MOST)).describe(
        'How far below the highest IV of its source a message may be.',
      ),
      compression: sourced(z.enum(['none', 'deflate'])).describe(
        'What is done to the data of messages before they are enciphered.',
      ),
    }),
  })
  .transform((file): MeterProfile => ({
    profile: file.profile,
    manufacturer: file.manufacturer,
    model: file.model,
    form: file.form,
    voltageMilliVolts: file.voltage.value,
    testCurrentMilliAmps: file['test-current'].value,
    classCurrentMilliAmps: file['class-current'].value,
    elements: file.elements.value,
    khWattHours: file.kh.value / 1000,
    accuracyClassPpm: file['accuracy-class'].value,
    minimumPulses: file['minimum-pulses'].value,
    clock: {
      settable: file.clock.settable,
      output: file.clock.output,
      tickNs: file.clock.tick.value,
      driftPpmMaximum: file.clock['drift-maximum'].value,
    },
    outage: {
      tickNs: file.outage.tick.value,
      capacitanceFarads: file.outage.capacitance.value,
      fullVolts: file.outage.full.value / 1000,
      minimumVolts: file.outage.minimum.value / 1000,
      idleWatts: file.outage.idle.value,
      transmissionJoules: file.outage.transmission.value,
      bootNs: file.outage.boot.value,
      rechargeNs: file.outage.recharge.value,
    },
    loadProfile: {
      intervalMinutes: file['load-profile'].interval.value / 60e9,
      capacity: file['load-profile'].capacity.value,
    },
    module: {
      heartbeatNs: file.module.heartbeat.value,
      startDelayNs: file.module['start-delay'].value,
      retryFirstNs: file.module['retry-first'].value,
      retryMostNs: file.module['retry-most'].value,
      retryJitterPpm: file.module['retry-jitter'].value,
      ivWindow: file.module['iv-window'].value,
      compression: file.module.compression.value,
    },
  }));
