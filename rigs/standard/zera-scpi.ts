import { z } from 'zod';
import { defineDriver } from '../driver/driver.ts';
import { BenchError } from '../port/bench.ts';
import type { Clock } from '../port/clock.ts';
import type {
  Comparison,
  ComparisonRequest,
  Electrical,
  Identity,
  ReferenceStandard,
} from '../port/instrument.ts';
import { openScpi, type ScpiSession } from '../serial/scpi.ts';
import { ScpiTwin } from '../serial/scpi-twin.ts';
import { certifiedUncertainty } from './certified.ts';
import { meteredMilliWattHours, passGate, type PulseGate, toMicroWattHours } from './gate.ts';
import { SensedBench } from './sensed.ts';
import { CALCULATOR, CALCULATOR_STATUS } from './zera-commands.ts';
import { zeraTwinHandlers } from './zera-twin.ts';

/**
 * Reference standards of ZERA that speak SCPI (MT310s2, COM5003): the error calculator EC01 gates
 * on the meter's pulses by itself, so that no clock of the host enters the result.
 * Commands after the published interface documentation (ZeraGmbH/zenux-data); what they mean after
 * ZeraGmbH/zera-classes, modules/sec1module/lib/sec1modulemeasprogram.cpp. A parameter counts only
 * when a semicolon ends it (ZeraGmbH/zera-scpi, scpicommand.cpp).
 */

/** RESULT? is given with four decimals of a percent. */
const RESULT_RESOLUTION_PPM = 1;
/** ENERGY? is in kWh when the reference input is P (zera-classes, getEnergyUnit). */
const MILLI_WATT_HOURS_PER_KILO = 1e6;
/** Bits of STATUS:DEV1:ADJUSTMENT?; none set is adjusted (zera-classes, test_adj_data.cpp, for 1 and 4). */
const ADJUSTMENT_FAULTS = [
  [1, 'not adjusted'],
  [2, 'adjusted for another version'],
  [4, 'adjusted under another serial number'],
] as const;

export const zeraScpi = defineDriver({
  role: 'reference-standard',
  name: 'zera-scpi',
  summary: 'ZERA reference standard with error calculator (MT310s2, COM5003) by SCPI.',
  reach: 'line',
  options: {
    'pulses-from': z
      .enum(['SC1', 'HK1'])
      .optional()
      .describe('SC1 scanning head, HK1 hand key; left out, as the instrument stands.'),
  },
  async open(options, context) {
    return new ZeraStandard({
      scpi: await openScpi(context, 'SYSTEM:ERROR:ALL?'),
      clock: context.clock,
      ...certifiedUncertainty(context.instrument),
      senses: context.senses,
      pulsesFrom: options['pulses-from'] ?? null,
    });
  },
  twin: (_options, context) =>
    new ScpiTwin(context.physics.scheduler, zeraTwinHandlers(new SensedBench(context))),
});

interface ZeraOptions {
  readonly scpi: ScpiSession;
  readonly clock: Clock;
  readonly uncertaintyPpm: number;
  readonly coverageFactor: number;
  readonly senses: 'upstream' | 'downstream';
  /** Input of the error calculator; null leaves the instrument's own choice. */
  readonly pulsesFrom: string | null;
}

class ZeraStandard implements ReferenceStandard {
  readonly uncertaintyPpm: number;
  readonly coverageFactor: number;
  readonly senses: 'upstream' | 'downstream';
  readonly #options: ZeraOptions;

  constructor(options: ZeraOptions) {
    this.#options = options;
    this.uncertaintyPpm = options.uncertaintyPpm;
    this.coverageFactor = options.coverageFactor;
    this.senses = options.senses;
  }

  /** Make and model by *IDN?, the rest by the status module, which knows the device itself. */
  async identify(): Promise<Identity> {
    const { scpi } = this.#options;
    const { make, model } = await scpi.identity();
    const serial = await scpi.query('STATUS:DEV1:SERIAL?');
    return { make, model, serial, firmware: await scpi.query('STATUS:DEV1:VERSION?') };
  }

  release(): Promise<void> {
    return this.#options.scpi.close();
  }

  async selfCheck(): Promise<{ readonly ok: boolean; readonly detail: string }> {
    const { scpi } = this.#options;
    const status = await scpi.queryNumber('STATUS:DEV1:ADJUSTMENT?');
    const checksum = await scpi.query('STATUS:DEV1:ADJCHKSUM?');
    const faults = ADJUSTMENT_FAULTS.filter(([bit]) => (status & bit) !== 0).map(
      ([, text]) => text,
    );
    const told = faults.length > 0 ? faults.join(', ') : `adjustment status ${status}`;
    return {
      ok: status === 0,
      detail: `${status === 0 ? 'adjusted' : told}, checksum ${checksum}`,
    };
  }

  async measure(): Promise<Electrical> {
    const { scpi } = this.#options;
    const volts = await scpi.queryNumber('MEASURE:RMS1:UL1?');
    const amps = await this.#ifAny('MEASURE:RMS1:IL1?');
    const watts = await this.#ifAny('MEASURE:POW1:P1?');
    const hertz = await this.#ifAny('MEASURE:RNG1:F?');
    const voltAmps = amps === null ? 0 : volts * amps;
    return {
      milliVolts: Math.round(1000 * volts),
      milliAmps: amps === null ? null : Math.round(1000 * amps),
      powerFactorPpm:
        watts === null || voltAmps === 0 ? null : Math.round((1e6 * watts) / voltAmps),
      milliHertz: hertz === null ? null : Math.round(1000 * hertz),
    };
  }

  /** A module that a session of the instrument does not have answers with nothing, or with NaN. */
  async #ifAny(query: string): Promise<number | null> {
    const { scpi } = this.#options;
    const answer = await scpi.query(query);
    if (answer === '' || /^[+-]?nan$/i.test(answer)) return null;
    const value = Number(answer);
    if (Number.isFinite(value)) return value;
    throw scpi.unexpected(query, 'a number', answer);
  }

  async compare(request: ComparisonRequest): Promise<Comparison> {
    const { scpi, clock } = this.#options;
    const gateNs = await passGate(this.#gate(request), request, clock, scpi.name);
    const errorPpm = Math.round(1e4 * (await scpi.queryNumber(`${CALCULATOR}:RESULT?`)));
    const kiloWattHours = await scpi.queryNumber(`${CALCULATOR}:ENERGY?`);
    return {
      errorPpm,
      pulses: request.pulses,
      meterMilliWattHours: Math.round(meteredMilliWattHours(request)),
      referenceMilliWattHours: toMicroWattHours(kiloWattHours * MILLI_WATT_HOURS_PER_KILO),
      countMilliWattHours: 1e-3,
      gateNs,
      resolutionPpm: RESULT_RESOLUTION_PPM,
      typed: false,
    };
  }

  #gate(request: ComparisonRequest): PulseGate {
    const { scpi, pulsesFrom } = this.#options;
    const set = (name: string, value: string | number): Promise<void> =>
      scpi.command(`${CALCULATOR}:${name} ${value};`);
    return {
      arm: async () => {
        if (pulsesFrom !== null) await set('DUTSOURCE', pulsesFrom);
        await set('REFSOURCE', 'P');
        await set('DCUNIT', 'Wh/I');
        await set('DUTCONSTANT', request.khWattHours);
        await set('MRATE', request.pulses);
        await set('START', 1);
      },
      isClosed: async () => {
        const status = await scpi.queryNumber(`${CALCULATOR}:STATUS?`);
        if ((status & CALCULATOR_STATUS.abort) === 0)
          return (status & CALCULATOR_STATUS.ready) !== 0;
        const text = 'the error calculator gave the comparison up (a range that changes does that)';
        throw new BenchError('rig', `${scpi.name}: ${text}`);
      },
      giveUp: async () => {
        const seen = await scpi.queryNumber(`${CALCULATOR}:PULSES?`);
        await set('START', 0);
        return seen;
      },
    };
  }
}
