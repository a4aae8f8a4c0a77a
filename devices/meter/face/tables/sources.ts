import { configuredDemandMinutes } from '../../configuration.ts';
import type { TableMakers } from './subject.ts';

/**
 * Decade 1: what is measured. Source 0 is delivered energy, source 1 its block demand, source 2
 * the current.
 */

export const SOURCE = { deliveredWattHours: 0, deliveredWatts: 1, milliAmperes: 2 } as const;

/** ST12 ID_CODE, TIME_BASE and MULTIPLIER. */
const ID = { activePower: 0, current: 12 } as const;
const TIME_BASE = { dialReading: 0, instantaneous: 1, blockAverageDemand: 4 } as const;
const MULTIPLIER = { one: 0, thousandth: 6 } as const;
/** ST15 and ST11: the constants of an electric meter. */
const ELECTRIC = 2;

const limits = {
  // A demand interval goes on through an outage and through a demand reset: nothing is excluded.
  SOURCE_FLAGS: { BLOCK_DEMAND_FLAG: true },
  NBR_UOM_ENTRIES: 3,
  NBR_DEMAND_CTRL_ENTRIES: 1,
  DATA_CTRL_LENGTH: 0,
  NBR_DATA_CTRL_ENTRIES: 0,
  NBR_CONSTANTS_ENTRIES: 1,
  CONSTANTS_SELECTOR: ELECTRIC,
  NBR_SOURCES: 3,
};

/** Delivered: quadrants 1 and 4. */
const delivered = { Q1_ACCOUNTABILITY: true, Q4_ACCOUNTABILITY: true };

export const SOURCE_TABLES: TableMakers = {
  10: () => limits,
  11: () => limits,
  12: () => ({
    UOM_ENTRY: [
      { ID_CODE: ID.activePower, TIME_BASE: TIME_BASE.dialReading, ...delivered },
      { ID_CODE: ID.activePower, TIME_BASE: TIME_BASE.blockAverageDemand, ...delivered },
      {
        ID_CODE: ID.current,
        TIME_BASE: TIME_BASE.instantaneous,
        MULTIPLIER: MULTIPLIER.thousandth,
      },
    ].map((unit) => ({ MULTIPLIER: MULTIPLIER.one, ...unit })),
  }),
  13: ({ meters, row }) => ({
    INTERVAL_VALUE: [{ INT_LENGTH: configuredDemandMinutes(meters, row) }],
  }),
  14: () => ({ SOURCES_ID: [] }),
  /** Registers show engineering units: nothing is left to apply. */
  15: () => ({ SELECTION: [{ MULTIPLIER: 1, OFFSET: 0 }] }),
  16: () => ({
    SOURCES_LINK: [
      { UOM_ENTRY_FLAG: true, CONSTANTS_FLAG: true, PULSE_ENGR_FLAG: true },
      { UOM_ENTRY_FLAG: true, DEMAND_CTRL_FLAG: true, PULSE_ENGR_FLAG: true },
      { UOM_ENTRY_FLAG: true, PULSE_ENGR_FLAG: true },
    ],
  }),
};
