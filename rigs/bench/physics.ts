import type { Meters } from '../../devices/meter/columns.ts';
import type { MeterInput, MeterSink } from '../../devices/meter/input.ts';
import { instantOfPulse, pulseOutputWorks, pulsesAt } from '../../devices/meter/metrology.ts';
import { step, wakeAt } from '../../devices/meter/step.ts';
import { nextTickAt } from '../../devices/meter/clock.ts';
import { WAKE } from '../../devices/meter/input.ts';
import { NS_PER_S } from '../../devices/domain/time.ts';
import type { Cancel, Scheduler } from '../clock/scheduler.ts';

const NS_PER_HOUR = 3600e9;

/** What stands at the terminals of the socket. */
export interface Terminals {
  readonly milliVolts: number;
  readonly milliAmps: number;
  readonly milliWatts: number;
}

/** What the source is set to. */
export interface SourceState {
  readonly on: boolean;
  readonly milliVolts: number;
  readonly milliAmps: number;
  readonly powerFactorPpm: number;
}

/**
 * The one physics that all twins of a bench share: source -> switch -> standard -> meter. Opening
 * the switch makes the standard read 0 V, the meter lose its mains and the pulses stop.
 */
export class BenchPhysics {
  readonly meters: Meters;
  readonly row: number;
  readonly scheduler: Scheduler;
  readonly #sink: MeterSink;
  /** Elements of the meter that are driven: each registers what passes the standard. */
  readonly #elements: number;
  #source: SourceState = { on: false, milliVolts: 0, milliAmps: 0, powerFactorPpm: 1e6 };
  #closed = false;
  #stuck = false;
  #terminals: Terminals = { milliVolts: 0, milliAmps: 0, milliWatts: 0 };
  #referenceMilliWattHours = 0;
  #referenceAnchorNs: number;
  #cancelWake: Cancel = () => {};
  #stopped = false;
  readonly #pulses: EdgeFeed;
  readonly #seconds: EdgeFeed;

  constructor(scheduler: Scheduler, meters: Meters, row: number, sink: MeterSink, elements = 1) {
    this.scheduler = scheduler;
    this.meters = meters;
    this.row = row;
    this.#sink = sink;
    this.#elements = elements;
    this.#referenceAnchorNs = scheduler.nowNs();
    this.#pulses = new EdgeFeed(scheduler, () => this.#nextPulse());
    this.#seconds = new EdgeFeed(scheduler, () => this.#nextSecond());
  }

  get terminals(): Terminals {
    return this.#terminals;
  }

  /** Ends the story: nothing is due any more, and the meter hears nothing. */
  stop(): void {
    this.#stopped = true;
    this.#cancelWake();
    this.#pulses.stop();
    this.#seconds.stop();
  }

  /** Gives the meter an input at the present instant and arms its next wake. */
  give(input: MeterInput): void {
    if (this.#stopped) return;
    step(this.meters, this.row, this.scheduler.nowNs(), input, this.#sink);
    this.#pulses.rearm();
    this.#seconds.rearm();
    this.#armWake();
  }

  setSource(change: Partial<SourceState>): void {
    this.#source = { ...this.#source, ...change };
    this.#settle();
  }

  /** The fault that the safe state must catch: from here on the contact stays where it is. */
  stickSwitch(): void {
    this.#stuck = true;
  }

  setSwitch(closed: boolean): void {
    if (this.#stuck) return;
    this.#closed = closed;
    this.#settle();
  }

  /** True energy that went past the standard, mWh. */
  referenceMilliWattHours(): number {
    const elapsedNs = this.scheduler.nowNs() - this.#referenceAnchorNs;
    return this.#referenceMilliWattHours + (this.#terminals.milliWatts * elapsedNs) / NS_PER_HOUR;
  }

  /** Calls at every pulse of the meter's test LED until cancelled. */
  onPulse(listener: () => void): Cancel {
    return this.#pulses.listen(listener);
  }

  /** Calls at every edge of the meter's 1 Hz clock output until cancelled. */
  onSecond(listener: () => void): Cancel {
    return this.#seconds.listen(listener);
  }

  #settle(): void {
    const nowNs = this.scheduler.nowNs();
    this.#referenceMilliWattHours = this.referenceMilliWattHours();
    this.#referenceAnchorNs = nowNs;
    const { on, milliVolts, milliAmps, powerFactorPpm } = this.#source;
    const live = on && this.#closed;
    const volts = live ? milliVolts : 0;
    const amps = volts > 0 ? milliAmps : 0;
    const milliWatts = (volts * amps * powerFactorPpm) / 1e9;
    this.#terminals = { milliVolts: volts, milliAmps: amps, milliWatts };
    this.give({ kind: 'mains', energised: volts > 0 });
    const registered = milliWatts * this.#elements;
    this.give({ kind: 'load', milliWatts: registered, currentMilliAmps: amps });
  }

  #armWake(): void {
    this.#cancelWake();
    const dueNs = wakeAt(this.meters, this.row);
    if (dueNs === Number.POSITIVE_INFINITY) return;
    const owner = this.meters.firstIndex + this.row;
    this.#cancelWake = this.scheduler.callAt(dueNs, owner, () => this.give(WAKE));
  }

  #nextPulse(): number | undefined {
    if (!pulseOutputWorks(this.meters, this.row)) return undefined;
    const done = pulsesAt(this.meters, this.row, this.scheduler.nowNs());
    return instantOfPulse(this.meters, this.row, done + 1);
  }

  #nextSecond(): number | undefined {
    if (this.#terminals.milliVolts === 0) return undefined;
    return nextTickAt(this.meters, this.row, this.scheduler.nowNs(), NS_PER_S);
  }
}

/** A train of edges whose next instant can be computed; armed only while somebody listens. */
class EdgeFeed {
  readonly #scheduler: Scheduler;
  readonly #next: () => number | undefined;
  readonly #listeners = new Set<() => void>();
  #cancel: Cancel = () => {};

  constructor(scheduler: Scheduler, next: () => number | undefined) {
    this.#scheduler = scheduler;
    this.#next = next;
  }

  listen(listener: () => void): Cancel {
    this.#listeners.add(listener);
    this.rearm();
    return () => {
      this.#listeners.delete(listener);
      this.rearm();
    };
  }

  stop(): void {
    this.#listeners.clear();
    this.#cancel();
  }

  rearm(): void {
    this.#cancel();
    if (this.#listeners.size === 0) return;
    const atNs = this.#next();
    if (atNs === undefined) return;
    this.#cancel = this.#scheduler.callAt(atNs, 0, () => {
      for (const listener of Array.from(this.#listeners)) listener();
      this.rearm();
    });
  }
}
