/**
 * Who a meter is: what stands on its label, in its module and in the head-end's record. The same
 * texts everywhere, compared character by character. REG-10, REG-11
 */
export interface MeterIdentity {
  /** Serial number on the nameplate: the key under which a head-end knows the meter. */
  readonly serial: string;
  /** What the barcode of the label reads. */
  readonly barcode: string;
  /** Of the SIM: 19 digits, the last a check digit (ITU-T E.118, Luhn). */
  readonly iccId: string;
  /** The SIM's telephone number, digits only. */
  readonly msisdn: string;
  readonly moduleVersion: string;
  readonly metrologyVersion: string;
}

/** Versions of the module in the test fleet; odd meters have the older one. PRV-04 */
const MODULE_VERSIONS = ['4.10.0', '4.2.0'] as const;
const METROLOGY_VERSION = '2.07';
const FIRST_SERIAL = 60_000_001;

/**
 * The identity of a meter of the test fleet, from its index alone, so that a head-end can be told
 * of a fleet without a file.
 */
export function testIdentity(index: number): MeterIdentity {
  const serial = String(FIRST_SERIAL + index);
  const subscriber = String(index).padStart(11, '0');
  return {
    serial,
    barcode: `CENTRON-${serial}`,
    iccId: withCheckDigit(`8901260${subscriber}`),
    msisdn: `1555${String(index).padStart(7, '0')}`,
    moduleVersion: MODULE_VERSIONS[index % MODULE_VERSIONS.length] ?? MODULE_VERSIONS[0],
    metrologyVersion: METROLOGY_VERSION,
  };
}

/** Which meter of the test fleet has a serial number; undefined when it is none of theirs. */
export function testIndexOf(serial: string): number | undefined {
  const index = /^\d{8,}$/.test(serial) ? Number(serial) - FIRST_SERIAL : -1;
  return Number.isSafeInteger(index) && index >= 0 ? index : undefined;
}

/** Whether a number's last digit is the Luhn check digit of those before it. */
export function hasRightCheckDigit(digits: string): boolean {
  return /^\d{2,}$/.test(digits) && withCheckDigit(digits.slice(0, -1)) === digits;
}

function withCheckDigit(digits: string): string {
  let sum = 0;
  for (let place = 0; place < digits.length; place++) {
    const digit = Number(digits[digits.length - 1 - place]);
    const weighed = place % 2 === 0 ? digit * 2 : digit;
    sum += weighed > 9 ? weighed - 9 : weighed;
  }
  return `${digits}${(10 - (sum % 10)) % 10}`;
}
