/**
 * How AC sources are told what to do by SCPI: one row a family. A header is followed by a blank and
 * the number; null is what the family has no command for, or none that a public source shows, and
 * then the driver says so and does not guess.
 */
export interface SourcePreset {
  /** Takes the front panel out of the way; null where the first command does. */
  readonly remote: string | null;
  /** Volts above which the source itself refuses. */
  readonly voltageLimit: string | null;
  /** Amperes at which the source trips or folds back. */
  readonly currentLimit: string | null;
  /** Ranges that bound the voltage, ascending; the first that holds the rig's limit is taken. */
  readonly voltageRange: { readonly header: string; readonly volts: readonly number[] } | null;
  readonly voltage: string;
  /** Drives a current through the meter (phantom load); null for sources of voltage only. */
  readonly current: string | null;
  readonly powerFactor: string | null;
  readonly frequency: string;
  readonly output: { readonly on: string; readonly off: string; readonly isOn: string };
  /** What the output relay takes before the next command is heard. */
  readonly outputSettleNs: number;
  /** Asks the source's own meter for volts. */
  readonly measuredVoltage: string | null;
  /** Switches the output off when nobody has talked for so many whole seconds. */
  readonly watchdog: { readonly delay: string; readonly on: string } | null;
}

export const SOURCE_PRESETS = {
  /** The words that most sources with a current of their own share. */
  generic: {
    remote: null,
    voltageLimit: 'VOLT:LIM',
    currentLimit: 'CURR:LIM',
    voltageRange: null,
    voltage: 'VOLT',
    current: 'CURR',
    powerFactor: 'PFAC',
    frequency: 'FREQ',
    output: { on: 'OUTP ON', off: 'OUTP OFF', isOn: 'OUTP?' },
    outputSettleNs: 0,
    measuredVoltage: null,
    watchdog: null,
  },
  /** libsigrok, src/hardware/scpi-pps/profiles.c; CURR:LIM is a trip, no regulation. */
  'chroma-61600': {
    remote: 'SYST:REM',
    voltageLimit: ':SOUR:VOLT:LIM:AC',
    currentLimit: ':SOUR:CURR:LIM',
    voltageRange: null,
    voltage: ':SOUR:VOLT:AC',
    current: null,
    powerFactor: null,
    frequency: ':SOUR:FREQ',
    output: { on: ':OUTP ON', off: ':OUTP OFF', isOn: ':OUTP?' },
    outputSettleNs: 0,
    measuredVoltage: ':FETC:VOLT:ACDC?',
    watchdog: null,
  },
  /**
   * Keysight AC6800 guide (CURR is a limit, p. 79). The watchdog is in its list of protections; its
   * words are those of the N6900 guide, p. 252: check them on yours.
   */
  'keysight-ac6800': {
    remote: null,
    voltageLimit: null,
    currentLimit: 'CURR',
    voltageRange: null,
    voltage: 'VOLT',
    current: null,
    powerFactor: null,
    frequency: 'FREQ',
    output: { on: 'OUTP ON', off: 'OUTP OFF', isOn: 'OUTP?' },
    outputSettleNs: 0,
    measuredVoltage: 'MEAS:VOLT:AC?',
    watchdog: { delay: 'OUTP:PROT:WDOG:DEL', on: 'OUTP:PROT:WDOG ON' },
  },
  /** PythonEquipmentDrivers, PPSC_3150AFX: all phases are set at once, phase 1 is measured. */
  pacific: {
    remote: null,
    voltageLimit: null,
    currentLimit: null,
    voltageRange: null,
    voltage: 'SOUR:VOLT',
    current: null,
    powerFactor: null,
    frequency: 'SOUR:FREQ',
    output: { on: 'OUTP:STAT 1', off: 'OUTP:STAT 0', isOn: 'OUTP:STAT?' },
    outputSettleNs: 0,
    measuredVoltage: 'MEAS:VOLT:AC1?',
    watchdog: null,
  },
  /**
   * PythonEquipmentDrivers, CaliforniaInstruments_CSW5550: nothing is heard for a second after the
   * relay moved. CURR is a limit; PHAS is the angle to the other phases and no power factor.
   */
  'california-csw': {
    remote: null,
    voltageLimit: null,
    currentLimit: 'CURR',
    voltageRange: { header: 'VOLT:RANG', volts: [156, 312] },
    voltage: 'VOLT',
    current: null,
    powerFactor: null,
    frequency: 'FREQ',
    output: { on: 'OUTP 1', off: 'OUTP 0', isOn: 'OUTP?' },
    outputSettleNs: 1e9,
    measuredVoltage: 'MEAS:VOLT?',
    watchdog: null,
  },
} as const satisfies Readonly<Record<string, SourcePreset>>;

export type SourcePresetName = keyof typeof SOURCE_PRESETS;
