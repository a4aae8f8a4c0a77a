import { quantityIn, type Unit } from '../../devices/domain/quantity.ts';
import type { DriverContext } from '../driver/driver.ts';
import { BenchError } from '../port/bench.ts';
import type { Identity } from '../port/instrument.ts';
import type { Probe, ProbeReading } from '../port/probe.ts';
import type { Scheduler } from '../clock/scheduler.ts';
import { openScpi, type ScpiSession } from '../serial/scpi.ts';
import { ScpiTwin } from '../serial/scpi-twin.ts';
import { declaredUncertainty } from './declared.ts';

/** SCPI-99, 7.2.1.4: 9.9E37 stands for infinity, 9.91E37 for no number. */
const NO_NUMBER_FROM = 9.9e37;

export interface ScpiProbeOptions {
  readonly query: string;
  /** In which the instrument answers, as it is spelt: "V", "°C". */
  readonly spelling: string;
  readonly baudRate: number | undefined;
}

/** Opens a probe that is one SCPI query with a number for its answer. @throws BenchError (rig) */
export async function openScpiProbe(
  { query, spelling, baudRate }: ScpiProbeOptions,
  context: DriverContext,
): Promise<Probe> {
  const { name, instrument } = context;
  const { unit } = quantityIn(0, spelling) ?? { unit: 'count' };
  const expandedUncertainty = declaredUncertainty(name, unit, instrument);
  const scpi = await openScpi(context, 'SYST:ERR?', baudRate);
  return new ScpiProbe({ scpi, name, query, spelling, unit, expandedUncertainty });
}

/** The other end: answers the one query, and who it is. */
export function scpiProbeTwin(
  scheduler: Scheduler,
  query: string,
  model: string,
  read: () => string,
): ScpiTwin {
  const [header = ''] = query.toUpperCase().replace(/^:/, '').split(' ');
  return new ScpiTwin(scheduler, {
    '*IDN?': () => `meterbench,${model},1,1`,
    [header]: read,
  });
}

interface Parts extends Omit<ScpiProbeOptions, 'baudRate'> {
  readonly scpi: ScpiSession;
  readonly name: string;
  readonly unit: Unit;
  readonly expandedUncertainty: number | null;
}

class ScpiProbe implements Probe {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  identify(): Promise<Identity> {
    return this.#parts.scpi.identity();
  }

  release(): Promise<void> {
    return this.#parts.scpi.close();
  }

  async read(signal?: AbortSignal): Promise<ProbeReading> {
    const { scpi, name, query, spelling, unit, expandedUncertainty } = this.#parts;
    signal?.throwIfAborted();
    const amount = await scpi.queryNumber(query);
    const quantity = Math.abs(amount) < NO_NUMBER_FROM ? quantityIn(amount, spelling) : undefined;
    if (quantity !== undefined) {
      return { kind: 'number', value: quantity.value, unit, expandedUncertainty };
    }
    throw new BenchError('rig', `${name}: "${query}" is over range: ${amount}`);
  }
}
