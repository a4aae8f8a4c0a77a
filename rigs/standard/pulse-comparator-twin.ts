import type { Cancel, Scheduler } from '../clock/scheduler.ts';
import type { Twin } from '../serial/twin.ts';
import type { SensedBench } from './sensed.ts';

/** Time the board takes to answer. */
const ANSWER_AFTER_NS = 1e6;

/** A simulated counter board behind a standard's pulse output. */
export class PulseComparatorTwin implements Twin {
  readonly #scheduler: Scheduler;
  readonly #sensed: SensedBench;
  readonly #milliWattHoursPerEdge: number;
  #send: (bytes: Uint8Array) => void = () => {};
  #received = '';
  #state: 'IDLE' | 'ARMED' | 'OPEN' | 'DONE' = 'IDLE';
  #wanted = 0;
  #pulses = 0;
  #openedAtEdge = 0;
  #closedAtEdge = 0;
  #cancel: Cancel = () => {};

  constructor(scheduler: Scheduler, sensed: SensedBench, milliWattHoursPerEdge: number) {
    this.#scheduler = scheduler;
    this.#sensed = sensed;
    this.#milliWattHoursPerEdge = milliWattHoursPerEdge;
  }

  connect(send: (bytes: Uint8Array) => void): void {
    this.#send = send;
  }

  receive(bytes: Uint8Array): void {
    const lines = (this.#received + Buffer.from(bytes).toString('latin1')).split('\n');
    this.#received = lines.pop() ?? '';
    for (const line of lines) {
      const answer = Buffer.from(`${this.#answerTo(line.trim())}\n`, 'latin1');
      const atNs = this.#scheduler.nowNs() + ANSWER_AFTER_NS;
      this.#scheduler.callAt(atNs, 0, () => this.#send(answer));
    }
  }

  #answerTo(line: string): string {
    const armed = /^ARM ([1-9]\d*)$/.exec(line);
    if (armed !== null) return this.#arm(Number(armed[1]));
    if (line === 'ID?') return 'ID meterbench,simulated counter,0,1';
    if (line === 'GATE?') return `GATE ${this.#state} ${this.#pulses}`;
    if (line === 'COUNT?') return `COUNT ${this.#count}`;
    if (line !== 'ABORT') return 'ERR unknown command';
    this.#cancel();
    this.#state = 'IDLE';
    return 'ABORT OK';
  }

  #arm(pulses: number): string {
    this.#cancel();
    this.#wanted = pulses;
    this.#pulses = 0;
    this.#openedAtEdge = 0;
    this.#closedAtEdge = 0;
    this.#state = 'ARMED';
    this.#cancel = this.#sensed.onPulse((atNs) => this.#pulse(atNs));
    return 'ARM OK';
  }

  #pulse(atNs: number): void {
    if (this.#state === 'ARMED') {
      this.#state = 'OPEN';
      this.#openedAtEdge = this.#edgesUntil(atNs);
      return;
    }
    if (++this.#pulses < this.#wanted) return;
    this.#closedAtEdge = this.#edgesUntil(atNs);
    this.#state = 'DONE';
    this.#cancel();
  }

  /** Edges that the standard has ever given: whole ones, whatever the gate does. */
  #edgesUntil(atNs?: number): number {
    return Math.floor(this.#sensed.milliWattHours(atNs) / this.#milliWattHoursPerEdge);
  }

  get #count(): number {
    const until = this.#state === 'OPEN' ? this.#edgesUntil() : this.#closedAtEdge;
    return until - this.#openedAtEdge;
  }
}
