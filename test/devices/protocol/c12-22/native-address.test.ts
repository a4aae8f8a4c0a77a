import { expect, test } from 'vitest';
import { toHex } from '../../../../devices/protocol/bytes/hex.ts';
import { nativeAddressOf } from '../../../../devices/protocol/c12-22/native-address.ts';

test.each([
  ['127.0.0.1:1153', '7f0000010481'],
  ['tcp 127.0.0.1:1153 #4', '7f0000010481'],
  ['::1:1153', '000000000000000000000000000000010481'],
  ['[::1]:1153', '000000000000000000000000000000010481'],
  ['[2001:db8::7:8]:65535', '20010db8000000000000000000070008ffff'],
  ['[1:2:3:4:5:6:7:8]:1', '000100020003000400050006000700080001'],
])('%s is %s', (text, hex) => {
  expect(toHex(nativeAddressOf(text))).toBe(hex);
});

test.each(['meter-17', '256.0.0.1:1', '[1:2]:3', '[::g]:1', '127.0.0.1'])(
  '%s is of another network: its characters stand',
  (text) => {
    expect(new TextDecoder().decode(nativeAddressOf(text))).toBe(text);
  },
);
