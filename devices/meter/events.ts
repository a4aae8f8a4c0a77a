/** Events that this meter logs, by number of ST72 (event codes of C12.19, decade 7). */
export const EVENT = {
  powerDown: 1,
  powerUp: 2,
  /** Stamped with the time before it was changed. */
  timeWas: 3,
  /** Stamped with the time after it was changed. */
  timeIs: 4,
  tableWritten: 10,
  programmed: 11,
  listPointersReset: 14,
  historyLogCleared: 16,
  demandReset: 20,
  selfRead: 21,
  seasonChanged: 24,
  pendingActivated: 28,
  pendingCleared: 29,
  meteringStarted: 30,
  meteringStopped: 31,
  testStarted: 32,
  testStopped: 33,
  shopStarted: 34,
  shopStopped: 35,
  reprogrammed: 36,
  selfCheckError: 38,
  tamperAttempt: 47,
} as const;

/** Of the manufacturer (the bit above the number): counted by filters, and in no log. */
export const MANUFACTURER_EVENT = {
  /** A last gasp was told. OUT-07 */
  outageReported: 0x0801,
  /** The first of six, in the order of WIRING_ERRORS, and the first of those that say it is over. TMP-03 */
  wiringError: 0x0810,
  wiringCleared: 0x0820,
  /** The calibration's checksum is another one. MNT-05 */
  e001: 0x0831,
  /** Magnetic sensor or micro-switch of the case. TMP-04 */
  e042: 0x0832,
} as const;
