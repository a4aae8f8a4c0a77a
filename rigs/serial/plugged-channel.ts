import { existsSync } from 'node:fs';
import type { ByteChannel } from '../port/channel.ts';

/** How often is looked whether a device is still there. */
const LOOK_EVERY_MS = 250;

/**
 * A serial device that tells when it has been unplugged. A reader of a line that hangs up may hear
 * nothing for ever, as if the far end were silent; but the device's node goes with the device.
 */
export function pluggedChannel(channel: ByteChannel, path: string): ByteChannel {
  let lost: ((reason: string) => void) | null = null;
  const tell = (reason: string): void => {
    clearInterval(looking);
    lost?.(reason);
    lost = null;
  };
  const looking = setInterval(() => {
    if (!existsSync(path)) tell(`${channel.name}: the port is gone: ${path} is not there any more`);
  }, LOOK_EVERY_MS);
  looking.unref();
  channel.onLost(tell);
  return {
    ...channel,
    onLost: (listener) => {
      lost = listener;
    },
    close: () => {
      clearInterval(looking);
      return channel.close();
    },
  };
}
