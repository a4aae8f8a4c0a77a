import { formatDurationNs } from '../../devices/domain/quantity.ts';
import { NS_PER_S } from '../../devices/domain/time.ts';
import { BenchError } from '../port/bench.ts';
import type { ByteChannel } from '../port/channel.ts';
import type { Clock } from '../port/clock.ts';

const NONE = Promise.resolve(null);

/** Time that a real port may take for one call; far more than a frame takes at 300 bit/s. */
const CALL_WITHIN_NS = 3 * NS_PER_S;

/**
 * A real port whose calls end: a line that was unplugged, or whose far end has stopped it, may keep
 * a write for ever, and no bench may hang on that.
 */
export function limitedChannel(channel: ByteChannel, clock: Clock): ByteChannel {
  const { name } = channel;
  const limited = <T>(what: string, call: Promise<T>): Promise<T> =>
    within(clock, `${name}: awaited the end of ${what}`, call);
  return {
    name,
    write: (bytes) => limited(`writing ${bytes.length} bytes`, channel.write(bytes)),
    listen: (listener) => channel.listen(listener),
    onLost: (listener) => channel.onLost(listener),
    setBaudRate: (rate) => limited(`changing to ${rate} baud`, channel.setBaudRate(rate)),
    setLines: (states) => limited('setting the control lines', channel.setLines(states)),
    readLines: () => limited('reading the control lines', channel.readLines?.() ?? NONE),
    close: () => limited('closing', channel.close()),
  };
}

async function within<T>(clock: Clock, what: string, call: Promise<T>): Promise<T> {
  const ended = new AbortController();
  const late = clock.sleepUntil(clock.nowNs() + CALL_WITHIN_NS, ended.signal).then(() => {
    throw new BenchError('rig', `${what} for ${formatDurationNs(CALL_WITHIN_NS)}, it did not come`);
  });
  try {
    return await Promise.race([call, late]);
  } finally {
    ended.abort();
    late.catch(() => undefined);
    call.catch(() => undefined);
  }
}
