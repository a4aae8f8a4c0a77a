import { NS_PER_S } from '../../../domain/time.ts';
import { at } from '../../clock.ts';
import { presentDemandWatts } from '../../demand.ts';
import { listState } from '../../lists.ts';
import { BLOCK, blockPlace, SELF_READS } from '../../register-columns.ts';
import { registeredPulses, registersOf } from '../../registers.ts';
import { numberOfElement } from './rings.ts';
import { SOURCE } from './sources.ts';
import { instantMs, type Subject, type TableMakers } from './subject.ts';
import { TIMER, timerAt } from '../../timers.ts';

/** Decade 2: registers of energy and demand, without tiers. */

const limits = {
  REG_FUNC1_FLAGS: {
    SEASON_INFO_FIELD_FLAG: true,
    DATE_TIME_FIELD_FLAG: true,
    DEMAND_RESET_CTR_FLAG: true,
    CUM_DEMAND_FLAG: true,
    TIME_REMAINING_FLAG: true,
  },
  REG_FUNC2_FLAGS: { SELF_READ_SEQ_NBR_FLAG: true, SELF_READ_DEMAND_RESET: 0 },
  NBR_SELF_READS: SELF_READS,
  NBR_SUMMATIONS: 1,
  NBR_DEMANDS: 1,
  NBR_COIN_VALUES: 0,
  NBR_OCCUR: 1,
  NBR_TIERS: 0,
  NBR_PRESENT_DEMANDS: 1,
  NBR_PRESENT_VALUES: 3,
};

export const REGISTER_TABLES: TableMakers = {
  20: () => limits,
  21: () => limits,
  22: () => ({
    SUMMATION_SELECT: [SOURCE.deliveredWattHours],
    DEMAND_SELECT: [SOURCE.deliveredWatts],
    // A flag is set for a maximum.
    MIN_OR_MAX_FLAGS: [0],
    COINCIDENT_SELECT: [],
    COIN_DEMAND_ASSOC: [],
  }),
  23: (subject) => {
    const { meters, row, nowNs } = subject;
    return registerData(subject, BLOCK.present, registeredPulses(meters, row, nowNs));
  },
  24: (subject) => closedBlock(subject, BLOCK.atSeasonChange),
  25: (subject) => closedBlock(subject, BLOCK.atDemandReset),
  26: selfReads,
  27: () => ({
    PRESENT_DEMAND_SELECT: [SOURCE.deliveredWatts],
    PRESENT_VALUE_SELECT: [SOURCE.deliveredWattHours, SOURCE.deliveredWatts, SOURCE.milliAmperes],
  }),
  28: presentRegisters,
};

/** The demand of the interval that runs, and as a value that of the last one that is complete. */
function presentRegisters({ meters, row, nowNs }: Subject): Readonly<Record<string, unknown>> {
  const leftNs = timerAt(meters, row, TIMER.demandEnd) - nowNs;
  return {
    PRESENT_DEMAND: [
      {
        TIME_REMAINING: Number.isFinite(leftNs) ? Math.round(leftNs / NS_PER_S) : 0,
        DEMAND_VALUE: presentDemandWatts(meters, row, nowNs),
      },
    ],
    PRESENT_VALUE: [
      wattHours(registeredPulses(meters, row, nowNs), meters.profile.khWattHours),
      at(registersOf(meters).previousWatts, row),
      at(meters.currentMilliAmps, row),
    ],
  };
}

function selfReads(subject: Subject): Readonly<Record<string, unknown>> {
  const { capacity, written, valid, unread } = listState(subject.meters, subject.row, 'self-reads');
  const entries = Array.from({ length: SELF_READS }, (_, element) => ({
    SELF_READ_SEQ_NBR: numberOfElement(element, written, SELF_READS) & 0xffff,
    ...closedBlock(subject, BLOCK.firstSelfRead + element),
  }));
  return {
    LIST_STATUS: { LIST_TYPE: true, OVERFLOW_FLAG: written > capacity },
    NBR_VALID_ENTRIES: valid,
    LAST_ENTRY_ELEMENT: written === 0 ? 0 : (written - 1) % SELF_READS,
    LAST_ENTRY_SEQ_NBR: written & 0xffff,
    NBR_UNREAD_ENTRIES: unread,
    SELF_READS_ENTRIES: entries,
  };
}

function closedBlock(subject: Subject, block: number): Readonly<Record<string, unknown>> {
  const { blocks } = registersOf(subject.meters);
  const place = blockPlace(subject.row, block);
  return {
    END_DATE_TIME: instantMs(at(blocks.endSeconds, place)),
    SEASON: at(blocks.season, place),
    ...registerData(subject, block, at(blocks.pulses, place)),
  };
}

function registerData(
  { meters, row }: Subject,
  block: number,
  pulses: number,
): Readonly<Record<string, unknown>> {
  const { blocks } = registersOf(meters);
  const place = blockPlace(row, block);
  return {
    NBR_DEMAND_RESETS: at(blocks.demandResets, place),
    TOT_DATA_BLOCK: {
      SUMMATIONS: [wattHours(pulses, meters.profile.khWattHours)],
      DEMANDS: [
        {
          EVENT_TIME: [instantMs(at(blocks.maximumAtMinutes, place) * 60)],
          CUM_DEMAND: at(blocks.cumulativeWatts, place),
          DEMAND: [at(blocks.maximumWatts, place)],
        },
      ],
      COINCIDENTS: [],
    },
    TIER_DATA_BLOCK: [],
  };
}

/** Wh of so many pulses, as the registers show it: whole ones. */
export function wattHours(pulses: number, khWattHours: number): number {
  return Math.floor(pulses * khWattHours);
}
