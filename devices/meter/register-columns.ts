/**
 * Registers of delivered active energy and its block demand: the column group of meters whose
 * tables are read. Energy itself is counted in pulses for all meters (metrology.ts).
 */
export interface RegisterGroup {
  /** Pulses at which the registers began: what was cleared is not shown any more. */
  readonly zeroPulses: Float64Array;
  /** The demand interval that runs: its end (UTC minutes), length, start and whether it counts. */
  readonly openEndMinutes: Uint32Array;
  readonly openMinutes: Uint8Array;
  readonly openStartPulses: Float64Array;
  readonly openStartNs: Float64Array;
  /** 1 when all of the interval was in metering mode. */
  readonly openMetering: Uint8Array;
  /** Demand of the last complete interval, W. */
  readonly previousWatts: Uint32Array;
  /** Blocks of registers: see BLOCK for which stands where. */
  readonly blocks: RegisterBlocks;
  /** Self reads ever made; the newest stands at (made - 1) % SELF_READS. */
  readonly selfReads: Uint32Array;
  /** Self reads up to this number were read and acknowledged (procedure 5). */
  readonly selfReadsAcknowledged: Uint32Array;
}

/** What ST23 to ST26 hold of one instant; BLOCKS_KEPT of them a row. */
export interface RegisterBlocks {
  /** When the block was closed, UTC seconds of the meter's clock; 0 is never. */
  readonly endSeconds: Uint32Array;
  readonly season: Uint8Array;
  readonly pulses: Float64Array;
  /** Counts to 255 and on from 0, as its byte in ST23 does. */
  readonly demandResets: Uint8Array;
  readonly maximumWatts: Uint32Array;
  /** End of the interval of the maximum, UTC minutes; 0 while there is none. */
  readonly maximumAtMinutes: Uint32Array;
  readonly cumulativeWatts: Float64Array;
}

/** Self reads kept, assumed: a year of months. */
export const SELF_READS = 12;
/** Places of a row's blocks; self reads stand from `firstSelfRead` on. The present block is open. */
export const BLOCK = { present: 0, atDemandReset: 1, atSeasonChange: 2, firstSelfRead: 3 } as const;
const BLOCKS_KEPT = BLOCK.firstSelfRead + SELF_READS;

/** Place of one of a row's blocks in the columns of {@link RegisterBlocks}. */
export function blockPlace(row: number, block: number): number {
  return row * BLOCKS_KEPT + block;
}

export function createRegisters(count: number): RegisterGroup {
  const blocks = count * BLOCKS_KEPT;
  return {
    zeroPulses: new Float64Array(count),
    openEndMinutes: new Uint32Array(count),
    openMinutes: new Uint8Array(count),
    openStartPulses: new Float64Array(count),
    openStartNs: new Float64Array(count),
    openMetering: new Uint8Array(count),
    previousWatts: new Uint32Array(count),
    blocks: {
      endSeconds: new Uint32Array(blocks),
      season: new Uint8Array(blocks),
      pulses: new Float64Array(blocks),
      demandResets: new Uint8Array(blocks),
      maximumWatts: new Uint32Array(blocks),
      maximumAtMinutes: new Uint32Array(blocks),
      cumulativeWatts: new Float64Array(blocks),
    },
    selfReads: new Uint32Array(count),
    selfReadsAcknowledged: new Uint32Array(count),
  };
}
