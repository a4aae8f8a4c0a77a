/**
 * PSEM response codes by their standard abbreviations (C12.18 00 to 0A, C12.22 0B to 12). Codes
 * 20 to 7F are requests, so they can never start a response.
 */
export const RESPONSE_CODES = {
  ok: 0x00,
  err: 0x01,
  sns: 0x02,
  isc: 0x03,
  onp: 0x04,
  iar: 0x05,
  bsy: 0x06,
  dnr: 0x07,
  dlk: 0x08,
  rno: 0x09,
  isss: 0x0a,
  sme: 0x0b,
  uat: 0x0c,
  nett: 0x0d,
  netr: 0x0e,
  rqtl: 0x0f,
  rstl: 0x10,
  sgnp: 0x11,
  sgerr: 0x12,
} as const;

export type ResponseCode = keyof typeof RESPONSE_CODES;
/** A response code that says no. */
export type Refusal = Exclude<ResponseCode, 'ok'>;

/** What each code means, for messages to people. */
export const RESPONSE_MEANINGS: Readonly<Record<ResponseCode, string>> = {
  ok: 'done',
  err: 'error',
  sns: 'service not supported',
  isc: 'insufficient security clearance',
  onp: 'operation not possible',
  iar: 'inappropriate action requested',
  bsy: 'device busy',
  dnr: 'data not ready',
  dlk: 'data locked',
  rno: 'renegotiate',
  isss: 'invalid service sequence state',
  sme: 'security mechanism error',
  uat: 'unknown application title',
  nett: 'network time-out',
  netr: 'network not reachable',
  rqtl: 'request too large',
  rstl: 'response too large',
  sgnp: 'segmentation not possible',
  sgerr: 'segmentation error',
};

const NAMES = new Map<number, ResponseCode>(
  Object.entries(RESPONSE_CODES).map(([name, code]) => [code, name as ResponseCode]),
);

/** The name of a response byte; undefined when the standard gives it none. */
export function responseCodeOf(byte: number): ResponseCode | undefined {
  return NAMES.get(byte);
}
