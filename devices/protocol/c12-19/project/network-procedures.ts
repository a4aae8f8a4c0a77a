/**
 * Project-defined: not public. Numbers of the procedures that came with C12.22. The numbers are how
 * the standard is remembered; of the four only 24 (deregister, in procedures.ts) is confirmed, by
 * Itron's C12.22 stack. They have no parameters here: these are opaque bytes.
 */
export const NETWORK_PROCEDURES = {
  register: 23,
  'network-interface-control': 25,
  'exception-report': 26,
} as const;
