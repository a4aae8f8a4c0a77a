/** Titles of the profile as system titles of DLMS: eight octets, which make the nonce unique. */
import { CodecError } from '../../bytes/codec-error.ts';
import { ApTitle } from '../../c12-22/ap-title.ts';
import { SYSTEM_TITLE_OCTETS, systemTitleOf } from '../security/system-title.ts';

/** A FLAG id that is not given to anybody. */
const MANUFACTURER = 'MBX';

/** Manufacturer, the first arc in one octet, the second in four. @throws CodecError for other titles */
export function systemTitleOfApTitle(title: ApTitle): Uint8Array {
  const arcs = /^\.(?<kind>\d{1,3})\.(?<number>\d{1,10})$/.exec(title.toString())?.groups;
  const [kind, number] = [Number(arcs?.['kind'] ?? NaN), Number(arcs?.['number'] ?? NaN)];
  if (!(kind <= 0xff && number <= 0xffff_ffff)) {
    throw new CodecError(`system title: '${title.toString()}' is not of two arcs that fit it`);
  }
  return systemTitleOf(MANUFACTURER, kind * 2 ** 32 + number);
}

/** The title that a system title stands for. @throws CodecError when it is another manufacturer's */
export function titleOfSystemTitle(octets: Uint8Array): ApTitle {
  const manufacturer = String.fromCharCode(...octets.subarray(0, MANUFACTURER.length));
  if (octets.length !== SYSTEM_TITLE_OCTETS || manufacturer !== MANUFACTURER) {
    throw new CodecError('system title: none of the profile');
  }
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  const kind = view.getUint8(MANUFACTURER.length);
  return ApTitle.of(`.${kind}.${view.getUint32(MANUFACTURER.length + 1)}`);
}
