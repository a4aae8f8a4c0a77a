/** Native addresses of C12.22 nodes on IP: the address, then the port, big-endian (RFC 6142). */

/**
 * The native address of "127.0.0.1:1153", "[::1]:1153" or "::1:1153", whatever stands round it; of
 * anything else, which is an address of another network, its characters.
 */
export function nativeAddressOf(text: string): Uint8Array {
  const [, host = '', port] = /^(?:tcp )?\[?([\da-f.:]+?)\]?:(\d+)(?: #\d+)?$/i.exec(text) ?? [];
  const address = host.includes(':') ? ipv6(host) : ipv4(host);
  if (address === null || port === undefined) return new TextEncoder().encode(text);
  return Uint8Array.of(...address, Number(port) >> 8, Number(port) & 0xff);
}

function ipv4(text: string): number[] | null {
  const bytes = text.split('.').map(Number);
  return bytes.length === 4 && bytes.every((byte) => byte <= 0xff) ? bytes : null;
}

function ipv6(text: string): number[] | null {
  const [before = '', after] = text.split('::');
  const [first, last] = [groups(before), groups(after ?? '')];
  const missing = 8 - first.length - last.length;
  if (after === undefined ? missing !== 0 : missing < 1) return null;
  const all = [...first, ...Array.from({ length: missing }, () => '0'), ...last];
  const values = all.map((group) =>
    /^[\da-f]{1,4}$/i.test(group) ? Number.parseInt(group, 16) : -1,
  );
  return values.some((value) => value < 0)
    ? null
    : values.flatMap((value) => [value >> 8, value & 0xff]);
}

function groups(part: string): string[] {
  return part === '' ? [] : part.split(':');
}
