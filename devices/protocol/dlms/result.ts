/** Data-Access-Result and Action-Result of DLMS (Green Book, `COSEMpdu_GB83.asn`). */
const RESULTS = {
  success: 0,
  'hardware-fault': 1,
  'temporary-failure': 2,
  'read-write-denied': 3,
  'object-undefined': 4,
  'object-class-inconsistent': 9,
  'object-unavailable': 11,
  'type-unmatched': 12,
  'scope-of-access-violated': 13,
  'data-block-unavailable': 14,
} as const;

export const DATA_ACCESS_RESULTS = {
  ...RESULTS,
  'long-get-aborted': 15,
  'no-long-get-in-progress': 16,
  'long-set-aborted': 17,
  'no-long-set-in-progress': 18,
  'data-block-number-invalid': 19,
  'other-reason': 250,
} as const;

export const ACTION_RESULTS = {
  ...RESULTS,
  'long-action-aborted': 15,
  'no-long-action-in-progress': 16,
  'other-reason': 250,
} as const;

export type DataAccessResult = keyof typeof DATA_ACCESS_RESULTS;
export type ActionResult = keyof typeof ACTION_RESULTS;
/** Why data were not given or taken. */
export type DataRefusal = Exclude<DataAccessResult, 'success'>;
