import { EVENT } from '../../events.ts';

/**
 * Event codes of the logs 0.0.99.98.e.255, as the head-end GXF knows them (its EventType,
 * Apache-2.0); those of C12.19 in these words.
 */
const EVENT_CODE = {
  logCleared: 255,
  powerDown: 1,
  powerUp: 2,
  timeWas: 4,
  timeIs: 5,
  clockInvalid: 6,
  errorRegisterCleared: 10,
  alarmRegisterCleared: 11,
  firmwareReady: 17,
  firmwareActivated: 18,
  configurationChange: 47,
} as const;

/** Project-defined: not public. An invocation counter is near its end. SEC-02 */
export const COUNTER_NEAR_END = 230;

/** What has a name of its own there; all else that C12.19 logs is a change of configuration. */
const OF_C12_19: ReadonlyMap<number, number> = new Map([
  [EVENT.powerDown, EVENT_CODE.powerDown],
  [EVENT.powerUp, EVENT_CODE.powerUp],
  [EVENT.timeWas, EVENT_CODE.timeWas],
  [EVENT.timeIs, EVENT_CODE.timeIs],
  [EVENT.historyLogCleared, EVENT_CODE.logCleared],
  [EVENT.reprogrammed, EVENT_CODE.firmwareActivated],
]);

/** Project-defined: not public. Events of C12.19 without a word stand this much above their number. */
const OTHERS_FROM = 100;

/** The code of an event of ST72. */
export function eventCodeOf(c1219: number): number {
  return OF_C12_19.get(c1219) ?? OTHERS_FROM + c1219;
}
