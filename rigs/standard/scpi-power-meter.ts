import { defineDriver } from '../driver/driver.ts';
import { BenchError } from '../port/bench.ts';
import type { Comparison, Electrical, Identity, ReferenceStandard } from '../port/instrument.ts';
import { openScpi, type ScpiSession } from '../serial/scpi.ts';
import { type ScpiHandler, ScpiTwin, setting } from '../serial/scpi-twin.ts';
import { certifiedUncertainty } from './certified.ts';
import { SensedBench } from './sensed.ts';

/**
 * Power meters in the manner of the Yokogawa WT300: they show what stands at the socket, so that the
 * isolation switch and the load can be verified. They have no input for the meter's pulses; energy
 * over a time that the host gates would carry the host's clock and up to a whole pulse of the meter
 * as error, so that a comparison is refused and not faked.
 *
 * Headers as published drivers use them (pycoolr, coolr_wt310.py; intel, yoko-tool). From memory of
 * the manual IM WT310-17EN, check first: the markers NAN (no data) and INF (over range), the error
 * query, NUM:NORM:NUM.
 */

/** What is asked for, in the order of the answer: element 1's volts, amperes, power factor, hertz. */
const ITEMS = ['U,1', 'I,1', 'LAMB,1', 'FU,1'] as const;
const VALUES = ':NUM:NORM:VAL?';

export const scpiPowerMeter = defineDriver({
  role: 'reference-standard',
  name: 'scpi-power-meter',
  summary:
    'Power meter by SCPI (Yokogawa WT300): verifies voltage and load, cannot compare energy.',
  reach: 'line',
  options: {},
  cannot: ['measure-accuracy'],
  async open(_options, context) {
    const scpi = await openScpi(context, ':STAT:ERR?');
    const meter = new PowerMeter(scpi, context.senses, certifiedUncertainty(context.instrument));
    try {
      await meter.chooseItems();
      return meter;
    } catch (error) {
      await scpi.close();
      throw error;
    }
  },
  twin: (_options, context) =>
    new ScpiTwin(context.physics.scheduler, twinHandlers(new SensedBench(context))),
});

class PowerMeter implements ReferenceStandard {
  readonly uncertaintyPpm: number;
  readonly coverageFactor: number;
  readonly senses: 'upstream' | 'downstream';
  readonly #scpi: ScpiSession;

  constructor(
    scpi: ScpiSession,
    senses: 'upstream' | 'downstream',
    { uncertaintyPpm, coverageFactor }: ReturnType<typeof certifiedUncertainty>,
  ) {
    this.#scpi = scpi;
    this.senses = senses;
    this.uncertaintyPpm = uncertaintyPpm;
    this.coverageFactor = coverageFactor;
  }

  async chooseItems(): Promise<void> {
    await this.#scpi.command(':NUM:FORM ASC');
    await this.#scpi.command(`:NUM:NORM:NUM ${ITEMS.length}`);
    for (const [index, item] of ITEMS.entries()) {
      await this.#scpi.command(`:NUM:NORM:ITEM${index + 1} ${item}`);
    }
  }

  identify(): Promise<Identity> {
    return this.#scpi.identity();
  }

  release(): Promise<void> {
    return this.#scpi.close();
  }

  async measure(): Promise<Electrical> {
    const answer = await this.#scpi.query(VALUES);
    const fields = answer.split(',').map((field) => field.trim());
    if (fields.length !== ITEMS.length) {
      throw this.#scpi.unexpected(VALUES, `${ITEMS.length} values`, answer);
    }
    const [volts = '', amps = '', factor = '', hertz = ''] = fields;
    return {
      milliVolts: Math.round(1e3 * this.#value(volts, 'the voltage')),
      milliAmps: Math.round(1e3 * this.#value(amps, 'the current')),
      powerFactorPpm: this.#ifAny(factor, 'the power factor', 1e6),
      milliHertz: this.#ifAny(hertz, 'the frequency', 1e3),
    };
  }

  compare(): Promise<Comparison> {
    const text = `${this.#scpi.name}: a power meter has no gate for the pulses of the meter; a comparison needs zera-scpi, pulse-comparator or manual`;
    return Promise.reject(new BenchError('scenario', text));
  }

  /** At no voltage or no current there is no power factor and no frequency. */
  #ifAny(field: string, what: string, factor: number): number | null {
    return /^nan$/i.test(field) ? null : Math.round(factor * this.#value(field, what));
  }

  #value(field: string, what: string): number {
    const value = Number(field);
    if (field !== '' && Number.isFinite(value)) return value;
    if (/^[+-]?inf$/i.test(field)) throw this.#marked(what, 'over the range (INF)');
    if (/^nan$/i.test(field)) throw this.#marked(what, 'not there (NAN)');
    throw this.#scpi.unexpected(VALUES, `a number for ${what}`, field);
  }

  #marked(what: string, state: string): BenchError {
    return new BenchError('rig', `${this.#scpi.name}: awaited ${what}, it is ${state}`);
  }
}

function twinHandlers(sensed: SensedBench): Readonly<Record<string, ScpiHandler>> {
  const items: string[] = [];
  let count = 0;
  const value = (item: string): number => {
    const voltAmps = sensed.volts * sensed.amps;
    switch (item) {
      case 'U,1':
        return sensed.volts;
      case 'I,1':
        return sensed.amps;
      case 'LAMB,1':
        return voltAmps === 0 ? Number.NaN : sensed.watts / voltAmps;
      case 'FU,1':
        return sensed.hertz === 0 ? Number.NaN : sensed.hertz;
      default:
        return Number.NaN;
    }
  };
  const itemSettings = ITEMS.map((_item, index): [string, ScpiHandler] => [
    `:NUM:NORM:ITEM${index + 1}`,
    setting((item) => {
      items[index] = item;
    }),
  ]);
  return {
    '*IDN?': () => 'YOKOGAWA,WT310E,C2SIMULATED,F1.04',
    ':NUM:FORM': setting(() => {}),
    ':NUM:NORM:NUM': setting((argument) => {
      count = Number(argument);
    }),
    ...Object.fromEntries(itemSettings),
    [VALUES]: () =>
      items
        .slice(0, count)
        .map((item) => asAscii(value(item)))
        .join(','),
  };
}

/** Six digits and an exponent, as in the maker's examples. */
function asAscii(value: number): string {
  return Number.isNaN(value) ? 'NAN' : value.toExponential(5).toUpperCase();
}
