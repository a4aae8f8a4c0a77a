import { systemTitleOf } from '../../../protocol/dlms/security/system-title.ts';

/** Who a meter is in the words of DLMS/COSEM: all of it follows from maker and serial number. */
export interface DeviceIdentity {
  readonly serial: string;
  /** Of the communication module, as the module's own messages tell it. */
  readonly moduleVersion: string;
  /** Three letters of the maker and 13 characters (Blue Book 6.2.30). */
  readonly logicalDeviceName: string;
  /** Three letters of the maker and five octets (Green Book 4.3.4). */
  readonly systemTitle: Uint8Array;
  /** 17 characters, by which a collector knows who pushed. */
  readonly equipmentId: string;
}

const LETTERS = 3;
const NAME_CHARACTERS = 13;

/** The maker's letters are the first three of its name, assumed: the registered ones need a list. */
export function deviceIdentity(
  manufacturer: string,
  serial: string,
  moduleVersion: string,
): DeviceIdentity {
  const letters = manufacturer
    .replaceAll(/[^A-Za-z]/g, '')
    .padEnd(LETTERS, 'X')
    .slice(0, LETTERS)
    .toUpperCase();
  const logicalDeviceName = letters + serial.slice(-NAME_CHARACTERS).padStart(NAME_CHARACTERS, '0');
  return {
    serial,
    moduleVersion,
    logicalDeviceName,
    systemTitle: systemTitleOf(letters, serialNumber(serial)),
    equipmentId: `E${logicalDeviceName}`,
  };
}

/** Digits of the serial number as a number, of which 40 bits fit. */
function serialNumber(serial: string): number {
  return Number(BigInt.asUintN(40, BigInt(`0${serial.replaceAll(/\D/g, '')}`)));
}
