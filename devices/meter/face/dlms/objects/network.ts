import { array, number, structure } from '../../../../protocol/dlms/data.ts';
import { WRAPPER_PORT } from '../../../../protocol/dlms/wrapper.ts';
import { ACCESS, type CosemObject, fixed, kept, object } from '../object.ts';
import { EMPTY_ARRAY, EMPTY_OCTETS, flag, name, text } from '../values.ts';

/** How the meter is on its network: TCP-UDP (class 41), IPv4 (42), GPRS (45), GSM (47), HDLC (23). */

const IPV4 = '0.0.25.1.0.255';
const SIGNAL_UNKNOWN = 99;
const MSS_OCTETS = 576;
const BAUD_9600 = 5;
const HDLC_INFORMATION_OCTETS = 128;

const u16 = (value: number) => number('long-unsigned', value);
const u8 = (value: number) => number('unsigned', value);

export const NETWORK_OBJECTS: readonly CosemObject[] = [
  object(41, 0, '0.0.25.0.0.255', [
    fixed(2, u16(WRAPPER_PORT)),
    fixed(3, name(IPV4)),
    fixed(4, u16(MSS_OCTETS)),
    fixed(5, u8(1)),
    kept(6, u16(900)),
  ]),
  object(42, 0, IPV4, [
    fixed(2, EMPTY_OCTETS),
    fixed(3, number('double-long-unsigned', 0)),
    fixed(4, EMPTY_ARRAY),
    fixed(5, EMPTY_ARRAY),
    fixed(6, number('double-long-unsigned', 0)),
    fixed(7, number('double-long-unsigned', 0)),
    fixed(8, flag(true)),
    fixed(9, number('double-long-unsigned', 0)),
    fixed(10, number('double-long-unsigned', 0)),
  ]),
  object(45, 0, '0.0.25.4.0.255', [
    kept(2, text('')),
    kept(3, u16(0), ACCESS.managedSettable),
    fixed(4, structure(...[0, 0].map(() => structure(u8(0), u8(0), u8(0), u8(0), u8(0))))),
  ]),
  object(47, 0, '0.0.25.6.0.255', [
    fixed(2, { type: 'visible-string', text: '' }),
    fixed(3, number('enum', 1)),
    fixed(4, number('enum', 0)),
    fixed(5, number('enum', 2)),
    fixed(6, structure(u16(0), u16(0), u8(SIGNAL_UNKNOWN), u8(SIGNAL_UNKNOWN))),
    fixed(7, array([])),
    fixed(8, { type: 'octet-string', bytes: new Uint8Array(12).fill(0xff) }),
  ]),
  object(23, 1, '0.0.22.0.0.255', [
    fixed(2, number('enum', BAUD_9600)),
    fixed(3, u8(1)),
    fixed(4, u8(1)),
    fixed(5, u16(HDLC_INFORMATION_OCTETS)),
    fixed(6, u16(HDLC_INFORMATION_OCTETS)),
    fixed(7, u16(25)),
    fixed(8, u16(120)),
    fixed(9, u16(1)),
  ]),
];
