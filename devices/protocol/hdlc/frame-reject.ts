/** The information of FRMR: which frame was refused, and why (ISO/IEC 13239, 5.5.3.4.2). */
import { type Control, encodeControl } from './control.ts';

/** Why a frame is refused for good: the bits W, X, Y and Z. */
export type Rejection =
  | 'undefined-control'
  | 'information-not-permitted'
  | 'information-too-long'
  | 'invalid-number';

/** W goes with X where a frame may have no information. */
const REASONS: Readonly<Record<Rejection, number>> = {
  'undefined-control': 0x01,
  'information-not-permitted': 0x03,
  'information-too-long': 0x04,
  'invalid-number': 0x08,
};

/** What was refused, with the numbers of the end that refuses. */
export function encodeFrameReject(
  rejected: Control,
  { sendNumber, receiveNumber }: { readonly sendNumber: number; readonly receiveNumber: number },
  why: Rejection,
): Uint8Array {
  return Uint8Array.of(
    encodeControl(rejected),
    (receiveNumber << 5) | (sendNumber << 1),
    REASONS[why],
  );
}

/** For people, as much as the octets tell: "undefined-control". */
export function frameRejectText(information: Uint8Array): string {
  const [, , bits] = information;
  if (bits === undefined) return 'without a reason';
  const known = (Object.keys(REASONS) as Rejection[]).find((why) => REASONS[why] === bits);
  return known ?? `reason ${bits.toString(16).padStart(2, '0')}`;
}
