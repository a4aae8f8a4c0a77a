import { EventStream } from '../../event-stream.ts';
import { bearer, jsonOf } from '../caller.ts';
import type { Hearing, Observer } from './observer.ts';

/** Server-sent events: each `data` is a message, JSON or text. */
export function followStream(
  url: string,
  token: { readonly env: string } | undefined,
  { nowNs, environment, heard }: Hearing,
): Observer {
  const stream = new EventStream({
    url,
    headers: bearer(token, environment),
    readyWhen: 'connected',
    nowNs,
    onMessage: ({ data, event }, receivedAtNs) => {
      // The reference head-end tells by it from where on it tells: no event.
      if (event !== 'ready') heard(jsonOf(data) ?? data, receivedAtNs);
    },
  });
  return {
    ready: stream.ready,
    fault: () => stream.lastFault,
    close: () => stream.close(),
  };
}
