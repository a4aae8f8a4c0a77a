const TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x8408 : value >>> 1;
  return value;
});

/**
 * CRC-16/X-25, the frame check sequence of HDLC (ISO/IEC 13239): reflected polynomial 0x8408,
 * initial value and final exclusive-or 0xFFFF. C12.18 sends it low byte first.
 */
export function crc16X25(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (TABLE[(crc ^ byte) & 0xff] ?? 0);
  return crc ^ 0xffff;
}
