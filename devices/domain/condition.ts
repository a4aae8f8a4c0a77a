/**
 * What a meter can be made to notice about itself and its socket, with the states of each; the first is
 * rest. Six of them are the wiring and service errors of the source (TMP-03, 000:60-66).
 */
export const WIRING_ERRORS = [
  'reverse-polarity',
  'cross-phase',
  'voltage-deviation',
  'inactive-phase',
  'phase-angle',
  'distortion',
] as const;
export type WiringError = (typeof WIRING_ERRORS)[number];

export const CONDITION_STATES = {
  tilt: ['upright', 'moved'],
  magnet: ['away', 'near'],
  case: ['closed', 'open'],
  calibration: ['right', 'altered'],
  'reverse-polarity': ['right', 'wrong'],
  'cross-phase': ['right', 'wrong'],
  'voltage-deviation': ['right', 'wrong'],
  'inactive-phase': ['right', 'wrong'],
  'phase-angle': ['right', 'wrong'],
  distortion: ['right', 'wrong'],
} as const satisfies Readonly<Record<string, readonly [rest: string, present: string]>>;

export type ConditionName = keyof typeof CONDITION_STATES;
