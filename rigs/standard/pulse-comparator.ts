import { z } from 'zod';
import { NS_PER_S } from '../../devices/domain/time.ts';
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
import { LineSession } from '../serial/line-session.ts';
import { writtenIn } from '../written-quantity.ts';
import { certifiedUncertainty } from './certified.ts';
import { comparisonOf, passGate, type PulseGate } from './gate.ts';
import { PulseComparatorTwin } from './pulse-comparator-twin.ts';
import { SensedBench } from './sensed.ts';

/**
 * Any standard that has a pulse output, with a counter board between it and the meter: the board
 * counts edges of the standard while a gate is open that opens at a pulse of the meter's LED and
 * closes n pulses later. The result is then fine to one edge of the standard.
 *
 * The board's protocol is ours, small enough for any microcontroller: ASCII lines that end with LF,
 * 115200 8N1, one answer to each command, whose first word is the command's own:
 *
 *     ID?        ID <make>,<model>,<serial>,<firmware>
 *     ARM <n>    ARM OK          forgets all counts; the gate opens at the next pulse of the meter
 *     GATE?      GATE <IDLE|ARMED|OPEN|DONE> <meter's pulses since it opened>
 *     COUNT?     COUNT <edges of the standard between opening and closing; so far while open>
 *     ABORT      ABORT OK        back to IDLE
 *
 * What it does not understand it answers with `ERR <reason>`. Both inputs count one kind of edge.
 */

const BAUD_RATE = 115_200;

export const pulseComparator = defineDriver({
  role: 'reference-standard',
  name: 'pulse-comparator',
  summary: 'Counter board for the pulses of any standard, gated by the pulses of the meter.',
  reach: 'line',
  options: {
    constant: writtenIn('Wh/pulse')
      .refine((wattHours) => wattHours > 0, { error: () => 'a pulse of no energy counts nothing' })
      .describe('Energy of one pulse of the standard, e.g. 0.00001 Wh/pulse.'),
    'edges-per-pulse': z
      .int()
      .min(1)
      .max(4)
      .describe('How often the board counts one pulse: 1, or 2 when it counts both edges.'),
  },
  async open(options, context) {
    const channel = await context.openLine({ baudRate: BAUD_RATE });
    return new PulseComparator({
      line: new LineSession(channel, context.clock),
      clock: context.clock,
      ...certifiedUncertainty(context.instrument),
      senses: context.senses,
      milliWattHoursPerEdge: milliWattHoursPerEdge(options),
    });
  },
  twin: (options, context) =>
    new PulseComparatorTwin(
      context.physics.scheduler,
      new SensedBench(context),
      milliWattHoursPerEdge(options),
    ),
});

function milliWattHoursPerEdge(options: {
  readonly constant: number;
  readonly 'edges-per-pulse': number;
}): number {
  return (options.constant * 1000) / options['edges-per-pulse'];
}

interface PulseComparatorOptions {
  readonly line: LineSession;
  readonly clock: Clock;
  readonly uncertaintyPpm: number;
  readonly coverageFactor: number;
  readonly senses: 'upstream' | 'downstream';
  readonly milliWattHoursPerEdge: number;
}

class PulseComparator implements ReferenceStandard {
  readonly uncertaintyPpm: number;
  readonly coverageFactor: number;
  readonly senses: 'upstream' | 'downstream';
  readonly #options: PulseComparatorOptions;

  constructor(options: PulseComparatorOptions) {
    this.#options = options;
    this.uncertaintyPpm = options.uncertaintyPpm;
    this.coverageFactor = options.coverageFactor;
    this.senses = options.senses;
  }

  /** The board's own; the standard behind it has no word for itself. */
  async identify(): Promise<Identity> {
    const [told = ''] = await this.#ask(
      'ID?',
      /^ID (.*,.*,.*,.*)$/,
      'ID make,model,serial,firmware',
    );
    const [make = '', model = '', serial = '', firmware = ''] = told.split(',');
    return { make, model, serial, firmware };
  }

  release(): Promise<void> {
    return this.#options.line.close();
  }

  /** Pulses tell of energy only. */
  measure(): Promise<Electrical> {
    return Promise.resolve({
      milliVolts: null,
      milliAmps: null,
      powerFactorPpm: null,
      milliHertz: null,
    });
  }

  async compare(request: ComparisonRequest): Promise<Comparison> {
    const { line, clock, milliWattHoursPerEdge: perEdge } = this.#options;
    const gateNs = await passGate(this.#gate(request), request, clock, line.name);
    const edges = await this.#number('COUNT?', /^COUNT (\d+)$/, 'COUNT edges');
    if (edges === 0) {
      const waited = `${request.pulses} pulses of the meter (${Math.round(gateNs / NS_PER_S)} s)`;
      const text = `${line.name}: awaited pulses of the standard for ${waited}, got none`;
      throw new BenchError('rig', text);
    }
    const resolutionPpm = 1e6 / edges;
    return comparisonOf(request, edges * perEdge, { gateNs, resolutionPpm, typed: false });
  }

  #gate({ pulses }: ComparisonRequest): PulseGate {
    return {
      arm: async () => {
        await this.#ask(`ARM ${pulses}`, /^ARM OK$/, 'ARM OK');
      },
      isClosed: async () => {
        const [state = ''] = await this.#state();
        if (state !== 'IDLE') return state === 'DONE';
        const text = `${this.#options.line.name}: the armed gate is idle: the board has restarted`;
        throw new BenchError('rig', text);
      },
      giveUp: async () => {
        const [, seen] = await this.#state();
        await this.#ask('ABORT', /^ABORT OK$/, 'ABORT OK');
        return Number(seen);
      },
    };
  }

  #state(): Promise<readonly string[]> {
    return this.#ask('GATE?', /^GATE (IDLE|ARMED|OPEN|DONE) (\d+)$/, 'GATE state pulses');
  }

  async #number(command: string, pattern: RegExp, awaited: string): Promise<number> {
    const [digits] = await this.#ask(command, pattern, awaited);
    return Number(digits);
  }

  /** What the pattern catches of the answer. @throws BenchError (rig) when it is another */
  async #ask(command: string, pattern: RegExp, awaited: string): Promise<readonly string[]> {
    const { line } = this.#options;
    const answer = await line.exchange([command]);
    const match = pattern.exec(answer);
    if (match !== null) return match.slice(1);
    const text = `${line.name}: awaited "${awaited}" to "${command}", got "${answer}"`;
    throw new BenchError('rig', text);
  }
}
