import type { Data } from '../protocol/dlms/data.ts';

/**
 * What only DLMS/COSEM knows of a meter, all of it in non-volatile memory. Objects themselves are
 * one list that all meters share (face/dlms/objects): here stands what makes a meter differ from it,
 * so that a meter to which nobody wrote anything costs a few numbers.
 */
export interface CosemGroup {
  /** Lowest invocation counter of a client that is still taken, under the present keys. */
  readonly clientCounter: Float64Array;
  /** The last invocation counter that the meter has used under its present key. */
  readonly ownCounter: Float64Array;
  /** control_state of the disconnect control, one of CONTROL_STATE. */
  readonly controlState: Uint8Array;
  /** Load that is there for the taking while the breaker is open. */
  readonly offeredMilliWatts: Float64Array;
  readonly offeredMilliAmps: Uint32Array;
  /** When mains were lost last; an outage that was declared has its first loss in another column. */
  readonly lostAtNs: Float64Array;
  readonly powerFailures: Uint32Array;
  readonly longPowerFailures: Uint32Array;
  /** Alarm registers 1 to 3 (0.0.97.98.0 to .2), ALARM_REGISTERS of them a row. */
  readonly alarms: Uint32Array;

  /** Attributes by row that are not as the list has them: written by a client, or by a scenario. */
  readonly overlays: Map<number, Map<string, Data>>;
  /** Keys by row that were changed, and those that wait until an answer under the old ones is out. */
  readonly keys: Map<number, KeyRing>;
  readonly waitingKeys: Map<number, WaitingKeys>;
  /** The newest power failures by row, oldest first. */
  readonly failures: Map<number, readonly PowerFailure[]>;
  /** Events by row that only the logs of DLMS have, oldest first. */
  readonly events: Map<number, readonly CosemEvent[]>;
  /** A step of an image transfer that takes its time, by row. */
  readonly imageSteps: Map<number, ImageStep>;
}

/** 16 octets each; Green Book 9.2.3.3.7. */
export interface KeyRing {
  /** Global unicast encryption key. */
  readonly encryption: Uint8Array;
  /** Global broadcast encryption key. */
  readonly broadcast: Uint8Array;
  /** Global authentication key. */
  readonly authentication: Uint8Array;
  /** Master key, under which other keys travel (KEK). */
  readonly master: Uint8Array;
}

export interface WaitingKeys {
  readonly keys: KeyRing;
  /** The answer to the transfer has got its invocation counter: the next APDU is under these keys. */
  readonly isAnswered: boolean;
}

export interface PowerFailure {
  /** When power came back, UTC seconds of the meter's clock. */
  readonly endSeconds: number;
  readonly durationSeconds: number;
}

/** Logs of the Dutch profile that C12.19 has no table for (0.0.99.98.e.255). */
export type CosemLog = 'standard' | 'fraud' | 'communication' | 'power-quality';

export interface CosemEvent {
  readonly log: CosemLog;
  readonly code: number;
  readonly stampSeconds: number;
}

export interface ImageStep {
  readonly step: 'verify' | 'activate';
  readonly doneAtNs: number;
}

/** Values of control_state (Blue Book, class 70). */
export const CONTROL_STATE = { disconnected: 0, connected: 1, readyForReconnection: 2 } as const;
export type ControlState = keyof typeof CONTROL_STATE;

export const ALARM_REGISTERS = 3;
/** How many power failures, and events of each log, a meter keeps; assumed. */
export const FAILURES_KEPT = 10;
export const EVENTS_KEPT = 64;

export function createCosem(count: number): CosemGroup {
  return {
    clientCounter: new Float64Array(count),
    ownCounter: new Float64Array(count),
    controlState: new Uint8Array(count).fill(CONTROL_STATE.connected),
    offeredMilliWatts: new Float64Array(count),
    offeredMilliAmps: new Uint32Array(count),
    lostAtNs: new Float64Array(count),
    powerFailures: new Uint32Array(count),
    longPowerFailures: new Uint32Array(count),
    alarms: new Uint32Array(count * ALARM_REGISTERS),
    overlays: new Map(),
    keys: new Map(),
    waitingKeys: new Map(),
    failures: new Map(),
    events: new Map(),
    imageSteps: new Map(),
  };
}
