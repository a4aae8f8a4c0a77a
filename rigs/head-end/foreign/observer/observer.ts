import type { Environment } from '../caller.ts';
import type { ObserverDescription } from '../head-end-file.ts';
import { watchFolder } from './folder.ts';
import { poll } from './poll.ts';
import { followStream } from './stream.ts';
import { listenForPosts } from './webhook.ts';

/** Whoever hears what a head-end tells by itself. */
export interface Observer {
  /** From here on nothing is missed. */
  readonly ready: Promise<void>;
  /** What it last could not do; null while all is well. */
  fault(): string | null;
  close(): Promise<void>;
}

export interface Hearing {
  readonly nowNs: () => number;
  readonly environment: Environment;
  /** One message of the head-end, in its own words. */
  readonly heard: (message: unknown, receivedAtNs: number) => void;
}

/** Opens the way that a head-end file describes. @throws BenchError when it cannot be opened */
export async function openObserver(
  described: ObserverDescription,
  hearing: Hearing,
): Promise<Observer> {
  const { 'server-sent-events': stream, poll: address, webhook, folder, every = 0 } = described;
  if (stream !== undefined) return followStream(stream, described.token, hearing);
  if (webhook !== undefined) return listenForPosts(webhook, hearing);
  if (folder !== undefined) return watchFolder(folder, every, hearing);
  return poll(address ?? '', every, described.token, hearing);
}
