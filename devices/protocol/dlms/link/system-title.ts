/** Titles of the profile as system titles of DLMS: eight octets, which make the nonce unique. */
import { CodecError } from '../../bytes/codec-error.ts';
import { ApTitle } from '../../c12-22/ap-title.ts';

/** Three letters of the manufacturer, as a FLAG id: not one that is given to anybody. */
const MANUFACTURER = Uint8Array.of(0x4d, 0x42, 0x58);
const SYSTEM_TITLE_OCTETS = 8;

/** Manufacturer, the first arc in one octet, the second in four. @throws CodecError for other titles */
export function systemTitleOf(title: ApTitle): Uint8Array {
  const arcs = /^\.(?<kind>\d{1,3})\.(?<number>\d{1,10})$/.exec(title.toString())?.groups;
  const [kind, number] = [Number(arcs?.['kind'] ?? NaN), Number(arcs?.['number'] ?? NaN)];
  if (!(kind <= 0xff && number <= 0xffff_ffff)) {
    throw new CodecError(`system title: '${title.toString()}' is not of two arcs that fit it`);
  }
  const octets = new Uint8Array(SYSTEM_TITLE_OCTETS);
  octets.set(MANUFACTURER);
  octets[MANUFACTURER.length] = kind;
  new DataView(octets.buffer).setUint32(MANUFACTURER.length + 1, number);
  return octets;
}

/** The title that a system title stands for. @throws CodecError when it is another manufacturer's */
export function titleOfSystemTitle(octets: Uint8Array): ApTitle {
  if (
    octets.length !== SYSTEM_TITLE_OCTETS ||
    MANUFACTURER.some((octet, place) => octets[place] !== octet)
  ) {
    throw new CodecError('system title: none of the profile');
  }
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  const kind = view.getUint8(MANUFACTURER.length);
  return ApTitle.of(`.${kind}.${view.getUint32(MANUFACTURER.length + 1)}`);
}
