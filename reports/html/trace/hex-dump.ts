const BYTES_A_ROW = 16;

/**
 * Bytes as people who read protocols are used to: offset, hex, and what is printable in ASCII.
 * @param hex two digits a byte
 * @param atMost bytes that are shown; how many more there are stands in a last line
 */
export function hexDump(hex: string, atMost: number): string {
  const bytes = Buffer.from(hex, 'hex');
  const shown = bytes.subarray(0, atMost);
  const rows: string[] = [];
  for (let at = 0; at < shown.length; at += BYTES_A_ROW) {
    const row = shown.subarray(at, at + BYTES_A_ROW);
    const digits = [...row].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const text = [...row].map((byte) => printable(byte)).join('');
    const offset = at.toString(16).padStart(4, '0');
    rows.push(`${offset}  ${digits.padEnd(3 * BYTES_A_ROW - 1)}  ${text}`);
  }
  const left = bytes.length - shown.length;
  if (left > 0) rows.push(`… ${left} bytes more in journal.ndjson`);
  return rows.join('\n');
}

function printable(byte: number): string {
  return byte >= 0x20 && byte < 0x7f ? String.fromCodePoint(byte) : '.';
}
