import { monitorEventLoopDelay } from 'node:perf_hooks';
import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type Histogram,
} from 'hdr-histogram-js';
import { NS_PER_MS, NS_PER_S } from '../../devices/domain/time.ts';
import { MESSAGE_KINDS, type MessageKind } from '../../devices/domain/message.ts';
import type { FleetHealth } from '../port/fleet.ts';
import type { MessageListener } from './fleet.ts';
import { kindNumberOf } from './witness.ts';

type Counted = 'offered' | 'achieved' | 'received';
type Second = FleetHealth['series'][number];
type EventLoopLag = ReturnType<typeof monitorEventLoopDelay>;

/** How a generator did, as plain data that crosses threads. */
export interface GeneratorTold {
  /** Lateness of everything that was due, as hdr-histogram encodes it. */
  readonly lateness: string;
  readonly offered: number;
  readonly achieved: number;
  readonly received: number;
  /** What came and was not believed. */
  readonly refused: number;
  /** Messages by kind, in the order of MESSAGE_KINDS. */
  readonly said: readonly number[];
  readonly series: readonly Second[];
  readonly eventLoopLagP99Ns: number;
}

const EVENT_LOOP_RESOLUTION_MS = 10;

/**
 * How late a generator was and what it got through, second by second: what was due beside what
 * left, so that a generator which falls behind says so itself.
 */
export class GeneratorRecord {
  /** Of the seconds that are over. */
  readonly #lateness = build();
  readonly #latenessOfSecond = build();
  readonly #totals = { offered: 0, achieved: 0, received: 0 };
  #refused = 0;
  readonly #said = new Float64Array(MESSAGE_KINDS.length);
  #ofSecond = { offered: 0, achieved: 0, received: 0 };
  #second: number | null = null;
  readonly #series: Second[] = [];
  readonly #eventLoop = startEventLoopLag();

  count(what: Counted, atNs: number, times = 1): void {
    this.#turnTo(atNs);
    this.#totals[what] += times;
    this.#ofSecond[what] += times;
  }

  /** A module did not believe what it was sent. */
  refuse(): void {
    this.#refused++;
  }

  /** A meter said something; only where nobody hears each message. */
  readonly said: MessageListener = (_index, _atNs, _intendedAtNs, kind) => {
    const number = kindNumberOf(kind);
    this.#said[number] = (this.#said[number] ?? 0) + 1;
  };

  /** Something was done so long after it was due. */
  late(atNs: number, latenessNs: number): void {
    this.#turnTo(atNs);
    this.#latenessOfSecond.recordValue(Math.round(latenessNs));
  }

  /** What it is until now. */
  told(): GeneratorTold {
    const lateness = build();
    lateness.add(this.#lateness);
    lateness.add(this.#latenessOfSecond);
    return {
      lateness: encodeIntoCompressedBase64(lateness),
      ...this.#totals,
      refused: this.#refused,
      said: [...this.#said],
      series: [...this.#series, ...this.#runningSecond()],
      eventLoopLagP99Ns: eventLoopLagP99Ns(this.#eventLoop),
    };
  }

  stop(): void {
    this.#eventLoop.disable();
  }

  #turnTo(atNs: number): void {
    const second = Math.floor(atNs / NS_PER_S);
    if (second === this.#second) return;
    this.#series.push(...this.#runningSecond());
    this.#second = second;
    this.#ofSecond = { offered: 0, achieved: 0, received: 0 };
    this.#lateness.add(this.#latenessOfSecond);
    this.#latenessOfSecond.reset();
  }

  #runningSecond(): Second[] {
    if (this.#second === null) return [];
    const lagP99Ns = this.#latenessOfSecond.getValueAtPercentile(99);
    return [{ atNs: this.#second * NS_PER_S, ...this.#ofSecond, lagP99Ns }];
  }
}

/** Begins to watch the event loop of this thread. */
export function startEventLoopLag(): EventLoopLag {
  const watch = monitorEventLoopDelay({ resolution: EVENT_LOOP_RESOLUTION_MS });
  watch.enable();
  return watch;
}

/** Of 100 turns, how late the latest but one came: the watch's own interval is taken off. */
export function eventLoopLagP99Ns(watch: EventLoopLag): number {
  return Math.max(0, watch.percentile(99) - EVENT_LOOP_RESOLUTION_MS * NS_PER_MS);
}

/** What generators in several threads did together. */
export function generatorHealth(
  told: readonly GeneratorTold[],
): Omit<FleetHealth, 'observerLagP99Ns' | 'observerLagMaximumNs' | 'rssBytes'> {
  const lateness: Histogram = build();
  for (const each of told) lateness.add(decodeFromCompressedBase64(each.lateness));
  const sum = (what: Counted): number => told.reduce((total, each) => total + each[what], 0);
  return {
    generatorLagP99Ns: lateness.getValueAtPercentile(99),
    generatorLagMaximumNs: lateness.maxValue,
    eventLoopLagP99Ns: Math.max(0, ...told.map((each) => each.eventLoopLagP99Ns)),
    offered: sum('offered'),
    achieved: sum('achieved'),
    received: sum('received'),
    refused: told.reduce((total, each) => total + each.refused, 0),
    series: mergedSeries(told),
  };
}

/** What meters said by kind, where it was counted. */
export function saidByKind(told: readonly GeneratorTold[]): Map<MessageKind, number> {
  const said = new Map<MessageKind, number>();
  MESSAGE_KINDS.forEach((kind, number) => {
    const count = told.reduce((sum, each) => sum + (each.said[number] ?? 0), 0);
    if (count > 0) said.set(kind, count);
  });
  return said;
}

/** Counts add up; the lateness of a second is that of the thread that was latest in it. */
function mergedSeries(told: readonly GeneratorTold[]): Second[] {
  const seconds = new Map<number, Second>();
  for (const second of told.flatMap(({ series }) => series)) {
    const other = seconds.get(second.atNs);
    seconds.set(second.atNs, other === undefined ? second : together(second, other));
  }
  return [...seconds.values()].toSorted((one, other) => one.atNs - other.atNs);
}

function together(one: Second, other: Second): Second {
  return {
    atNs: one.atNs,
    offered: one.offered + other.offered,
    achieved: one.achieved + other.achieved,
    received: one.received + other.received,
    lagP99Ns: Math.max(one.lagP99Ns, other.lagP99Ns),
  };
}
