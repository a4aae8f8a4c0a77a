import { FLAG, type Meters } from './columns.ts';
import { at, isSet } from './clock.ts';
import { CONTROL_STATE, type ControlState } from './cosem-columns.ts';

/** Energy: never stored by the second, computed from the last change of power when asked for. */

const NS_PER_HOUR = 3600e9;

/** Registered energy, mWh. */
function energyAt(meters: Meters, row: number, nowNs: number): number {
  const elapsedNs = nowNs - at(meters.energyAnchorNs, row);
  return (
    at(meters.energyMilliWattHours, row) +
    (at(meters.registeredMilliWatts, row) * elapsedNs) / NS_PER_HOUR
  );
}

/** mWh of one pulse of the test LED. */
function pulseMilliWattHours(meters: Meters): number {
  return meters.profile.khWattHours * 1000;
}

/** Pulses ever emitted: what registers and load profile count in. */
export function pulsesAt(meters: Meters, row: number, nowNs: number): number {
  // A pulse that is due at this very instant has been given, whatever the last bit of a float says.
  return Math.floor(energyAt(meters, row, nowNs) / pulseMilliWattHours(meters) + 1e-9);
}

/** The instant of the pulse with the given number, or undefined while no power flows. */
export function instantOfPulse(meters: Meters, row: number, pulse: number): number | undefined {
  const milliWatts = at(meters.registeredMilliWatts, row);
  if (milliWatts <= 0) return undefined;
  const missing = pulse * pulseMilliWattHours(meters) - at(meters.energyMilliWattHours, row);
  return at(meters.energyAnchorNs, row) + (missing / milliWatts) * NS_PER_HOUR;
}

/** Whether the test LED pulses at the present load. */
export function pulseOutputWorks(meters: Meters, row: number): boolean {
  return (
    isSet(meters, row, FLAG.energised) &&
    meters.rules.pulsesEmitted(at(meters.currentMilliAmps, row))
  );
}

/** Takes over a new load: true power at the terminals and the current that it comes from. */
export function setLoad(
  meters: Meters,
  row: number,
  nowNs: number,
  milliWatts: number,
  currentMilliAmps: number,
): void {
  const group = meters.cosem;
  if (group !== null) {
    group.offeredMilliWatts[row] = milliWatts;
    group.offeredMilliAmps[row] = currentMilliAmps;
    if (at(group.controlState, row) !== CONTROL_STATE.connected) {
      return carryLoad(meters, row, nowNs, 0, 0);
    }
  }
  carryLoad(meters, row, nowNs, milliWatts, currentMilliAmps);
}

/** The breaker: an open one cuts the load, one that closes carries what is there by then. */
export function onSwitchLoad(meters: Meters, row: number, nowNs: number, to: ControlState): void {
  const group = meters.cosem;
  if (group === null) return;
  group.controlState[row] = CONTROL_STATE[to];
  setLoad(meters, row, nowNs, at(group.offeredMilliWatts, row), at(group.offeredMilliAmps, row));
}

function carryLoad(
  meters: Meters,
  row: number,
  nowNs: number,
  milliWatts: number,
  currentMilliAmps: number,
): void {
  meters.energyMilliWattHours[row] = energyAt(meters, row, nowNs);
  meters.energyAnchorNs[row] = nowNs;
  meters.currentMilliAmps[row] = currentMilliAmps;
  if (currentMilliAmps === 0) {
    const creeps = isSet(meters, row, FLAG.energised);
    meters.registeredMilliWatts[row] = creeps ? meters.rules.creepMilliWatts() : 0;
    return;
  }
  const errorPpm = meters.rules.registrationErrorPpm({
    basePpm: at(meters.basePpm, row),
    slopePpm: at(meters.slopePpm, row),
    currentMilliAmps,
    classCurrentMilliAmps: meters.profile.classCurrentMilliAmps,
  });
  meters.registeredMilliWatts[row] = milliWatts * (1 + errorPpm / 1e6);
}
