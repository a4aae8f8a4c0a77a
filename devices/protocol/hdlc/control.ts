/** The control field of HDLC in normal response mode with numbers modulo 8 (ISO/IEC 13239, 5.3). */

/** I carries information; RR, RNR and REJ acknowledge; the others are not numbered. */
export type FrameKind =
  | 'I'
  | 'RR'
  | 'RNR'
  | 'REJ'
  | 'SNRM'
  | 'DISC'
  | 'UA'
  | 'DM'
  | 'FRMR'
  | 'UI'
  | 'unknown';

export type Control =
  | {
      readonly kind: 'I';
      /** N(S), the number of this frame. */
      readonly sendNumber: number;
      /** N(R), the number of the frame that is awaited next: all before it have arrived. */
      readonly receiveNumber: number;
      /** P from a client: it is the server's turn. F from a server: the turn is over. */
      readonly pollFinal: boolean;
    }
  | {
      readonly kind: 'RR' | 'RNR' | 'REJ';
      readonly receiveNumber: number;
      readonly pollFinal: boolean;
    }
  | {
      readonly kind: 'SNRM' | 'DISC' | 'UA' | 'DM' | 'FRMR' | 'UI';
      readonly pollFinal: boolean;
    }
  /** What DLMS has no use for. */
  | { readonly kind: 'unknown'; readonly octet: number; readonly pollFinal: boolean };

/** Frames are numbered from 0 to 7, then from 0 again. */
export const NUMBERS = 8;

const POLL_FINAL = 0x10;
const SUPERVISORY = { RR: 0x01, RNR: 0x05, REJ: 0x09 } as const;
const UNNUMBERED = { SNRM: 0x83, DISC: 0x43, UA: 0x63, DM: 0x0f, FRMR: 0x87, UI: 0x03 } as const;

export function encodeControl(control: Control): number {
  const pollFinal = control.pollFinal ? POLL_FINAL : 0;
  switch (control.kind) {
    case 'I':
      return (control.receiveNumber << 5) | pollFinal | (control.sendNumber << 1);
    case 'RR':
    case 'RNR':
    case 'REJ':
      return (control.receiveNumber << 5) | pollFinal | SUPERVISORY[control.kind];
    case 'unknown':
      return control.octet;
    case 'SNRM':
    case 'DISC':
    case 'UA':
    case 'DM':
    case 'FRMR':
    case 'UI':
      return UNNUMBERED[control.kind] | pollFinal;
  }
}

export function decodeControl(octet: number): Control {
  const pollFinal = (octet & POLL_FINAL) !== 0;
  const receiveNumber = octet >> 5;
  if ((octet & 1) === 0) {
    return { kind: 'I', sendNumber: (octet >> 1) & 7, receiveNumber, pollFinal };
  }
  for (const kind of ['RR', 'RNR', 'REJ'] as const) {
    if ((octet & 0x0f) === SUPERVISORY[kind]) return { kind, receiveNumber, pollFinal };
  }
  for (const kind of ['SNRM', 'DISC', 'UA', 'DM', 'FRMR', 'UI'] as const) {
    if ((octet & ~POLL_FINAL) === UNNUMBERED[kind]) return { kind, pollFinal };
  }
  return { kind: 'unknown', octet, pollFinal };
}

/** A frame's control field for people: "I N(S)=3 N(R)=4 P/F". */
export function controlText(control: Control): string {
  const parts: string[] = [control.kind];
  if (control.kind === 'I') parts.push(`N(S)=${control.sendNumber}`);
  if ('receiveNumber' in control) parts.push(`N(R)=${control.receiveNumber}`);
  if (control.kind === 'unknown') parts.push(control.octet.toString(16).padStart(2, '0'));
  if (control.pollFinal) parts.push('P/F');
  return parts.join(' ');
}
