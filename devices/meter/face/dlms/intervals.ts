import { at, clockUtcSeconds } from '../../clock.ts';
import type { LoadProfileGroup } from '../../columns.ts';
import { blockUpTo, intervalsUpTo } from '../../intervals.ts';
import { listState } from '../../lists.ts';
import { intervalMinutesOf } from '../../logs.ts';
import type { Subject } from './subject.ts';

/** A complete interval, with the register at its end. */
export interface Interval {
  readonly endMinutes: number;
  readonly pulses: number;
  /** Extended interval status of ST64. */
  readonly status: number;
  readonly endPulses: number;
}

export interface IntervalRows {
  readonly count: number;
  /** The oldest has index 0. */
  readonly intervalAt: (index: number) => Interval;
}

/** Complete intervals, recorded ones on a bench and computed ones in a fleet. */
export function intervalRows(subject: Subject): IntervalRows {
  const { loadProfile } = subject.meters;
  return loadProfile === null ? computedRows(subject) : recordedRows(subject, loadProfile);
}

function recordedRows({ meters, row }: Subject, group: LoadProfileGroup): IntervalRows {
  const { written, valid } = listState(meters, row, 'load-profile');
  const zero = meters.registers === null ? 0 : at(meters.registers.zeroPulses, row);
  return {
    count: valid,
    intervalAt: (index) => {
      const place = row * group.capacity + ((written - valid + index) % group.capacity);
      return {
        endMinutes: at(group.endMinutes, place),
        pulses: at(group.pulses, place),
        status: at(group.status, place),
        endPulses: at(group.endPulses, place) - zero,
      };
    },
  };
}

function computedRows({ meters, row, nowNs }: Subject): IntervalRows {
  const minutes = intervalMinutesOf(meters, row);
  const shownMinutes = Math.floor(clockUtcSeconds(meters, row, nowNs) / 60);
  const endMinutes = shownMinutes - (shownMinutes % minutes);
  const count = intervalsUpTo(meters, row, endMinutes);
  return {
    count,
    intervalAt: (index) => {
      const ownEndMinutes = endMinutes - (count - 1 - index) * minutes;
      const block = blockUpTo(meters, row, ownEndMinutes, 1);
      return {
        endMinutes: ownEndMinutes,
        pulses: block.pulses[0] ?? 0,
        status: block.status[0] ?? 0,
        endPulses: block.registerPulses,
      };
    },
  };
}
