import { randomBytes } from 'node:crypto';
import type { PacketStandard } from '../../devices/protocol/c12-18/link-settings.ts';
import {
  type Authentication,
  DES,
  ELSTER_AES,
} from '../../devices/protocol/c12-21/authentication.ts';
import { EXIT, Refusal } from './exit.ts';

/** Where the key of C12.21's Authenticate comes from; never from a command line. */
const KEY_VARIABLE = 'METERBENCH_C12_21_KEY';

/** What is spoken on a serial path, as both ends' options tell it. */
export interface SerialStandardFlags {
  readonly standard: PacketStandard;
  readonly deviceNumber?: number;
  /** Codes of the speeds that Negotiate may choose from. */
  readonly speeds: readonly number[];
}

/** The options as both ends of the line take them. */
export function lineSettings({ standard, deviceNumber, speeds }: SerialStandardFlags) {
  return { standard, deviceNumber: deviceNumber ?? null, baudCodes: speeds };
}

/** The key of C12.21's Authenticate; null when none was given. @throws Refusal */
export function authenticationKey(): Uint8Array | null {
  const text = process.env[KEY_VARIABLE];
  if (text === undefined || text === '') return null;
  if (/^(?:[0-9a-f]{16}|[0-9a-f]{32})$/i.test(text)) return Buffer.from(text, 'hex');
  throw new Refusal(
    EXIT.file,
    `${KEY_VARIABLE}: 16 hexadecimal digits (DES) or 32 (AES, as Elster has it) are wanted`,
  );
}

/** How a C12.21 meter authenticates its callers; null when it has no key. @throws Refusal */
export function servedAuthentication(): Authentication | null {
  const key = authenticationKey();
  if (key === null) return null;
  const cipher = key.length === DES.length ? DES : ELSTER_AES;
  return { cipher, nextTicket: () => randomBytes(cipher.length), keyOf: () => key };
}
