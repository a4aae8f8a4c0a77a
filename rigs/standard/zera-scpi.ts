import { drawBetween } from '../../devices/domain/chance.ts';
import { NS_PER_MS } from '../../devices/domain/time.ts';
import { formatDurationNs } from '../../devices/domain/quantity.ts';
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
import { identityOf, openScpi, type ScpiSession } from '../serial/scpi.ts';
import { ScpiTwin } from '../serial/scpi-twin.ts';
import { certifiedUncertainty } from './certified.ts';
import { zeraTwinHandlers } from './zera-twin.ts';

/**
 * Reference standards of ZERA that speak SCPI (MT310s2, COM5003): the error calculator EC01 gates
 * on the meter's pulses by itself, so that no clock of the host enters the result.
 * Commands after the published interface documentation (zenux-data) and zera-classes sec1module.
 */

const CALCULATOR = 'CALCULATE:EC01:0001';
const POLL_NS = 500 * NS_PER_MS;
/** STATUS? of the error calculator: bit 2 says that a result stands. */
const STATUS_READY = 4;

/** Draws of the standard's own error must not collide with the meter's own. */
const DRAW_STANDARD = 0x57d;

export const zeraScpi = defineDriver({
  role: 'reference-standard',
  name: 'zera-scpi',
  summary: 'ZERA reference standard with error calculator (MT310s2, COM5003) by SCPI.',
  reach: 'line',
  options: {},
  async open(_options, context) {
    return new ZeraStandard({
      scpi: await openScpi(context, 'SYSTEM:ERROR:ALL?'),
      clock: context.clock,
      name: context.name,
      ...certifiedUncertainty(context.instrument),
      senses: context.senses,
    });
  },
  twin: (_options, { physics, seed, instrument }) => {
    const { uncertaintyPpm } = certifiedUncertainty(instrument);
    const errorPpm = drawBetween(seed, DRAW_STANDARD, 0, -uncertaintyPpm / 2, uncertaintyPpm / 2);
    return new ScpiTwin(physics.scheduler, zeraTwinHandlers({ physics, errorPpm }));
  },
});

export interface ZeraOptions {
  readonly scpi: ScpiSession;
  readonly clock: Clock;
  readonly name: string;
  readonly uncertaintyPpm: number;
  readonly coverageFactor: number;
  readonly senses: 'upstream' | 'downstream';
}

export class ZeraStandard implements ReferenceStandard {
  readonly uncertaintyPpm: number;
  readonly coverageFactor: number;
  readonly senses: 'upstream' | 'downstream';
  /** RESULT? is given with four decimals of a percent. */
  readonly resolutionPpm = 1;
  readonly #options: ZeraOptions;

  constructor(options: ZeraOptions) {
    this.#options = options;
    this.uncertaintyPpm = options.uncertaintyPpm;
    this.coverageFactor = options.coverageFactor;
    this.senses = options.senses;
  }

  async identify(): Promise<Identity> {
    return identityOf(await this.#options.scpi.query('*IDN?'));
  }

  release(): Promise<void> {
    return this.#options.scpi.close();
  }

  async measure(): Promise<Electrical> {
    const { scpi } = this.#options;
    const milliVolts = Math.round(1000 * (await scpi.queryNumber('MEASURE:RMS1:UL1?')));
    return { milliVolts, milliAmps: null, powerFactorPpm: null, milliHertz: null };
  }

  async compare(request: ComparisonRequest): Promise<Comparison> {
    const { scpi, clock } = this.#options;
    await scpi.command(`${CALCULATOR}:DUTCONSTANT ${request.khWattHours}`);
    await scpi.command(`${CALCULATOR}:DCUNIT Wh/I`);
    await scpi.command(`${CALCULATOR}:REFSOURCE P`);
    await scpi.command(`${CALCULATOR}:MRATE ${request.pulses}`);
    await scpi.command(`${CALCULATOR}:START 1`);
    const startedNs = clock.nowNs();
    const deadlineNs = startedNs + request.limitNs;
    for (;;) {
      const status = await scpi.queryNumber(`${CALCULATOR}:STATUS?`);
      if ((status & STATUS_READY) !== 0) break;
      if (clock.nowNs() >= deadlineNs) throw await this.#tooFewPulses(request);
      await clock.sleepUntil(clock.nowNs() + POLL_NS, request.signal);
      await request.whileOpen?.();
    }
    return this.#result(request, clock.nowNs() - startedNs);
  }

  async #result(request: ComparisonRequest, gateNs: number): Promise<Comparison> {
    const { scpi } = this.#options;
    const errorPpm = Math.round(1e4 * (await scpi.queryNumber(`${CALCULATOR}:RESULT?`)));
    const referenceWattHours = await scpi.queryNumber(`${CALCULATOR}:ENERGY?`);
    return {
      errorPpm,
      pulses: request.pulses,
      meterMilliWattHours: Math.round(request.pulses * request.khWattHours * 1000),
      // To the last digit that the standard gives: uWh.
      referenceMilliWattHours: Math.round(referenceWattHours * 1e6) / 1e3,
      countMilliWattHours: 1e-3,
      gateNs,
    };
  }

  async #tooFewPulses(request: ComparisonRequest): Promise<BenchError> {
    const { scpi, name } = this.#options;
    const seen = await scpi.queryNumber(`${CALCULATOR}:PULSES?`);
    await scpi.command(`${CALCULATOR}:START 0`);
    const awaited = `${request.pulses} pulses of the meter for ${formatDurationNs(request.limitNs)}`;
    return new BenchError('dut', `${name}: awaited ${awaited}, got ${seen}`);
  }
}
