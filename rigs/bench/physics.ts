import type { Meters } from '../../devices/meter/columns.ts';
import type { MeterInput, MeterSink } from '../../devices/meter/input.ts';
import { instantOfPulse, pulseOutputWorks, pulsesAt } from '../../devices/meter/metrology.ts';
import { storedVolts } from '../../devices/meter/energy.ts';
import { step } from '../../devices/meter/step.ts';
import { wakeAt } from '../../devices/meter/timers.ts';
import { nextTickAt } from '../../devices/meter/clock.ts';
import { WAKE } from '../../devices/meter/input.ts';
import { NS_PER_S } from '../../devices/domain/time.ts';
import type { Cancel, Scheduler } from '../clock/scheduler.ts';

const NS_PER_HOUR = 3600e9;

/** What stands at the terminals of the socket, or on the source's side of the switch. */
export interface Terminals {
  readonly milliVolts: number;
  readonly milliAmps: number;
  readonly milliWatts: number;
  /** 0 where there is no voltage. */
  readonly milliHertz: number;
}

const DEAD: Terminals = { milliVolts: 0, milliAmps: 0, milliWatts: 0, milliHertz: 0 };
/** North America, where the meters of ANSI C12 live. */
const USUAL_MILLI_HERTZ = 60_000;

/** What the source is set to. */
export interface SourceState {
  readonly on: boolean;
  readonly milliVolts: number;
  readonly milliAmps: number;
  readonly powerFactorPpm: number;
  readonly milliHertz: number;
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
  #source: SourceState = {
    on: false,
    milliVolts: 0,
    milliAmps: 0,
    powerFactorPpm: 1e6,
    milliHertz: USUAL_MILLI_HERTZ,
  };
  #closed = false;
  #stuck = false;
  #onTerminals: (terminals: Terminals) => void = () => {};
  #terminals = DEAD;
  #standardDriftPpm = 0;
  #referenceMilliWattHours = 0;
  #referenceAnchorNs: number;
  #cancelWake: Cancel = () => {};
  #stopped = false;
  readonly #pulses: EdgeFeed;
  readonly #seconds: EdgeFeed;
  readonly #stimuli = new Map<string, string>();

  constructor(scheduler: Scheduler, meters: Meters, row: number, sink: MeterSink, elements = 1) {
    this.scheduler = scheduler;
    this.meters = meters;
    this.row = row;
    this.#sink = sink;
    this.#elements = elements;
    this.#referenceAnchorNs = scheduler.nowNs();
    this.#pulses = new EdgeFeed(scheduler, (afterNs) => this.#nextPulse(afterNs));
    this.#seconds = new EdgeFeed(scheduler, (afterNs) => this.#nextSecond(afterNs));
  }

  /** Tells of every change at the terminals of the socket; one listener. */
  onTerminals(listener: (terminals: Terminals) => void): void {
    this.#onTerminals = listener;
  }

  get terminals(): Terminals {
    return this.#terminals;
  }

  /** What an instrument on the given side of the isolation switch sees. */
  seenFrom(side: 'upstream' | 'downstream'): Terminals {
    const { on, milliVolts, milliHertz } = this.#source;
    if (side === 'downstream' || !on || milliVolts === 0) return this.#terminals;
    // An open switch leaves the source its voltage, and takes the current from it.
    return { ...this.#terminals, milliVolts, milliHertz };
  }

  /** How far the reference standard is off what its certificate allows; 0 unless told otherwise. */
  get standardDriftPpm(): number {
    return this.#standardDriftPpm;
  }

  /** The fault that only a second standard would show: it reads so much more than is there. */
  driftStandard(ppm: number): void {
    this.#standardDriftPpm = ppm;
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

  /** A bench without a source has the mains of the house upstream of its switch, always. */
  feedFromHouse(milliVolts: number): void {
    this.setSource({ on: true, milliVolts });
  }

  /** A meter in service: the source is on and the switch closed, as one change. */
  supply(milliVolts: number, milliAmps: number): void {
    this.#source = { ...this.#source, on: true, milliVolts, milliAmps };
    this.setSwitch(true);
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

  /** Something acts on the meter from outside: the magnet is near, the cover is off. */
  setStimulus(name: string, state: string): void {
    this.#stimuli.set(name, state);
  }

  /** The state that a stimulus was last put into; null for one that never acted. */
  stimulus(name: string): string | null {
    return this.#stimuli.get(name) ?? null;
  }

  /** Voltage over the module's storage, mV. */
  storageMilliVolts(): number {
    return storedVolts(this.meters, this.row, this.scheduler.nowNs()) * 1e3;
  }

  /** True energy that went past the standard until now, or until an edge just given, mWh. */
  referenceMilliWattHours(atNs = this.scheduler.nowNs()): number {
    const elapsedNs = atNs - this.#referenceAnchorNs;
    return this.#referenceMilliWattHours + (this.#terminals.milliWatts * elapsedNs) / NS_PER_HOUR;
  }

  /** Calls at every pulse of the meter's test LED until cancelled. */
  onPulse(listener: EdgeListener): Cancel {
    return this.#pulses.listen(listener);
  }

  /** Calls at every edge of the meter's 1 Hz clock output until cancelled. */
  onSecond(listener: EdgeListener): Cancel {
    return this.#seconds.listen(listener);
  }

  #settle(): void {
    const nowNs = this.scheduler.nowNs();
    this.#referenceMilliWattHours = this.referenceMilliWattHours();
    this.#referenceAnchorNs = nowNs;
    const { on, milliVolts, milliAmps, powerFactorPpm, milliHertz } = this.#source;
    const live = on && this.#closed;
    const volts = live ? milliVolts : 0;
    const amps = volts > 0 ? milliAmps : 0;
    const milliWatts = (volts * amps * powerFactorPpm) / 1e9;
    this.#terminals =
      volts > 0 ? { milliVolts: volts, milliAmps: amps, milliWatts, milliHertz } : DEAD;
    this.#onTerminals(this.#terminals);
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

  #nextPulse(afterNs: number): number | undefined {
    if (!pulseOutputWorks(this.meters, this.row)) return undefined;
    const done = pulsesAt(this.meters, this.row, afterNs);
    return instantOfPulse(this.meters, this.row, done + 1);
  }

  #nextSecond(afterNs: number): number | undefined {
    if (this.#terminals.milliVolts === 0) return undefined;
    return nextTickAt(this.meters, this.row, afterNs, NS_PER_S);
  }
}

/** Hears of an edge; in wall time that is later than `atNs`, when it was given. */
type EdgeListener = (atNs: number) => void;

const NEVER_NS = Number.POSITIVE_INFINITY;

/** A train of edges whose next instant can be computed; armed only while somebody listens. */
class EdgeFeed {
  readonly #scheduler: Scheduler;
  readonly #next: (afterNs: number) => number | undefined;
  readonly #listeners = new Set<EdgeListener>();
  #cancel: Cancel = () => {};
  #dueNs = NEVER_NS;

  constructor(scheduler: Scheduler, next: (afterNs: number) => number | undefined) {
    this.#scheduler = scheduler;
    this.#next = next;
  }

  listen(listener: EdgeListener): Cancel {
    this.#listeners.add(listener);
    this.rearm();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#disarm();
    };
  }

  stop(): void {
    this.#listeners.clear();
    this.#disarm();
  }

  /** Computes the next edge anew; one that is due at this very instant is given all the same. */
  rearm(): void {
    if (this.#dueNs > this.#scheduler.nowNs()) this.#arm(this.#scheduler.nowNs());
  }

  /** From the last edge on and not from now: a host that is late loses none. */
  #arm(afterNs: number): void {
    this.#disarm();
    if (this.#listeners.size === 0) return;
    const atNs = this.#next(afterNs);
    if (atNs === undefined) return;
    this.#dueNs = atNs;
    this.#cancel = this.#scheduler.callAt(atNs, 0, () => {
      this.#dueNs = NEVER_NS;
      for (const listener of Array.from(this.#listeners)) listener(atNs);
      this.#arm(atNs);
    });
  }

  #disarm(): void {
    this.#cancel();
    this.#dueNs = NEVER_NS;
  }
}
