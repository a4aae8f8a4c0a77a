import { readFileSync } from 'node:fs';

/**
 * Datagrams that the system threw away because a UDP socket's buffer was full, from the column `drops`
 * of /proc/net/udp (Linux, Documentation/networking/proc_net_tcp); null where there is none.
 */
export function kernelDrops(port: number): number | null {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0');
  let drops: number | null = null;
  for (const file of ['/proc/net/udp', '/proc/net/udp6']) {
    for (const line of linesOf(file)) {
      const fields = line.trim().split(/\s+/);
      if (fields[1]?.endsWith(`:${wanted}`) !== true) continue;
      drops = (drops ?? 0) + Number(fields.at(-1));
    }
  }
  return drops;
}

function linesOf(file: string): readonly string[] {
  try {
    return readFileSync(file, 'latin1').split('\n').slice(1);
  } catch {
    // Not Linux, or no IPv6: nothing is known of it.
    return [];
  }
}
