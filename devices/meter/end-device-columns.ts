/**
 * What C12.19 tells of the "end device" as a whole: its mode, its status flags, its versions. The
 * column group of meters whose tables are read; all of it survives an outage.
 */
export interface EndDeviceGroup {
  /** One of MODE. */
  readonly mode: Uint8Array;
  /** ED_STD_STATUS1 of ST3: flags of STATUS, latched until somebody clears them. */
  readonly status: Uint16Array;
  /** ED_MFG_STATUS of ST3: flags of MANUFACTURER_STATUS. */
  readonly manufacturerStatus: Uint8Array;
  /** The meter starts anew until then and answers nobody; 0 after that. */
  readonly busyUntilNs: Float64Array;
  /** Starts since the meter was made: a session does not survive one. */
  readonly restarts: Uint32Array;
  readonly firmwareVersion: Uint8Array;
  readonly firmwareRevision: Uint8Array;
}

/** ED_MODE of ST3, and the parameter of procedure 6. */
export const MODE = { metering: 1, test: 2, shop: 4, factory: 8 } as const;
export type ModeName = keyof typeof MODE;

/** The flags of ED_STD_STATUS1 that this meter knows anything about. */
export const STATUS = {
  /** A cold start has taken the configuration, and nobody has given a new one. */
  unprogrammed: 1 << 0,
  selfCheckError: 1 << 2,
  powerFailure: 1 << 11,
} as const;

/** Our own flags of ED_MFG_STATUS. */
export const MANUFACTURER_STATUS = {
  /** The meter was started anew by a procedure or for a new firmware. */
  restarted: 1 << 0,
} as const;

const FIRST_FIRMWARE = { version: 1, revision: 0 } as const;

export function createEndDevices(count: number): EndDeviceGroup {
  return {
    mode: new Uint8Array(count).fill(MODE.metering),
    status: new Uint16Array(count),
    manufacturerStatus: new Uint8Array(count),
    busyUntilNs: new Float64Array(count),
    restarts: new Uint32Array(count),
    firmwareVersion: new Uint8Array(count).fill(FIRST_FIRMWARE.version),
    firmwareRevision: new Uint8Array(count).fill(FIRST_FIRMWARE.revision),
  };
}
