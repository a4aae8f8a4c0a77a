import { setImmediate as turn } from 'node:timers/promises';

/** The first may have begun when sockets had been looked at already. */
const QUIET_TURNS = 2;

/**
 * Resolves when the event loop has read all that waited in this process's sockets: a socket that
 * is closed before that throws away what had reached it.
 * @param received how many datagrams have come so far
 */
export async function untilQuiet(received: () => number): Promise<void> {
  for (let quiet = 0; quiet < QUIET_TURNS;) {
    const before = received();
    await turn();
    quiet = received() === before ? quiet + 1 : 0;
  }
}
