/** PSEM checksum: two's complement of the 8-bit sum of the table data alone, without its count. */
export function psemChecksum(data: Uint8Array): number {
  let sum = 0;
  for (const byte of data) sum += byte;
  return -sum & 0xff;
}
