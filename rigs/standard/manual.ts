import { formatDurationNs } from '../../devices/domain/quantity.ts';
import { NS_PER_S } from '../../devices/domain/time.ts';
import { defineDriver, type DriverContext } from '../driver/driver.ts';
import { typedNumber } from '../driver/typed-number.ts';
import type {
  Comparison,
  ComparisonRequest,
  Electrical,
  ReferenceStandard,
} from '../port/instrument.ts';
import { certifiedUncertainty } from './certified.ts';
import { meteredMilliWattHours, toMicroWattHours } from './gate.ts';

/** A person walks to the instrument, reads it and types. */
const PERSON_TAKES_NS = 600 * NS_PER_S;
const PPM_PER_PERCENT = 1e4;

export const manualStandard = defineDriver({
  role: 'reference-standard',
  name: 'manual',
  summary: 'Any standard: a person reads it off and types; reports say that it was typed.',
  reach: 'none',
  options: {},
  open: (_options, context) => Promise.resolve(new ManualStandard(context)),
});

class ManualStandard implements ReferenceStandard {
  readonly uncertaintyPpm: number;
  readonly coverageFactor: number;
  readonly senses: 'upstream' | 'downstream';
  readonly #context: DriverContext;

  constructor(context: DriverContext) {
    const { uncertaintyPpm, coverageFactor } = certifiedUncertainty(context.instrument);
    this.uncertaintyPpm = uncertaintyPpm;
    this.coverageFactor = coverageFactor;
    this.senses = context.senses;
    this.#context = context;
  }

  identify(): Promise<null> {
    return Promise.resolve(null);
  }

  release(): Promise<void> {
    return Promise.resolve();
  }

  async measure(): Promise<Electrical> {
    const prompt = {
      id: 'reference-standard voltage',
      text: `Type the voltage that the reference standard shows now (it senses ${this.senses} of the isolation switch).`,
    };
    const { operator } = this.#context;
    const { value } = await typedNumber(operator, prompt, 'V', PERSON_TAKES_NS);
    return {
      milliVolts: Math.round(value * 1000),
      milliAmps: null,
      powerFactorPpm: null,
      milliHertz: null,
    };
  }

  async compare(request: ComparisonRequest): Promise<Comparison> {
    const { operator, clock } = this.#context;
    const { pulses, khWattHours, limitNs, signal } = request;
    const prompt = {
      id: 'reference-standard error',
      text: `Compare over ${pulses} pulses of the meter at ${khWattHours} Wh each (at most ${formatDurationNs(limitNs)}), then type the error of the meter.`,
    };
    const startedNs = clock.nowNs();
    const typed = await typedNumber(operator, prompt, '%', limitNs + PERSON_TAKES_NS, signal);
    const metered = meteredMilliWattHours(request);
    return {
      errorPpm: Math.round(typed.value * PPM_PER_PERCENT),
      pulses,
      meterMilliWattHours: Math.round(metered),
      // Nobody typed it: it follows from the error.
      referenceMilliWattHours: toMicroWattHours(metered / (1 + typed.value / 100)),
      gateNs: clock.nowNs() - startedNs,
      resolutionPpm: typed.resolution * PPM_PER_PERCENT,
      typed: true,
    };
  }
}
