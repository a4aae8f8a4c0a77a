import { setTimeout as delay } from 'node:timers/promises';
import { NS_PER_MS } from '../../../../devices/domain/time.ts';
import { faultOf } from '../../event-stream.ts';
import { bearer, jsonOf } from '../caller.ts';
import type { Hearing, Observer } from './observer.ts';

const ANSWER_WITHIN_MS = 10_000;

/** Asks an address again and again; each message of its list is heard once. */
export function poll(
  url: string,
  everyNs: number,
  token: { readonly env: string } | undefined,
  hearing: Hearing,
): Observer {
  const headers = bearer(token, hearing.environment);
  const closing = new AbortController();
  const known = new Set<string>();
  let fault: string | null = 'no answer yet';
  const { promise: ready, resolve: announce } = Promise.withResolvers<void>();
  const ask = async (): Promise<void> => {
    const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]);
    try {
      const response = await fetch(url, { headers, signal });
      const text = await response.text();
      const receivedAtNs = hearing.nowNs();
      if (!response.ok) throw new Error(`answered ${response.status}`);
      hearNew(jsonOf(text), known, (message) => hearing.heard(message, receivedAtNs));
      fault = null;
      announce();
    } catch (error) {
      fault = faultOf(error);
    }
  };
  const asking = (async () => {
    while (!closing.signal.aborted) {
      await ask();
      await delay(everyNs / NS_PER_MS, undefined, { signal: closing.signal }).catch(
        () => undefined,
      );
    }
  })();
  return {
    ready,
    fault: () => fault,
    close: async () => {
      closing.abort();
      await asking;
    },
  };
}

/** A list tells again what it told before: equal texts are one message. */
function hearNew(answer: unknown, known: Set<string>, heard: (message: unknown) => void): void {
  for (const message of Array.isArray(answer) ? (answer as unknown[]) : [answer]) {
    const text = JSON.stringify(message);
    if (message === undefined || known.has(text)) continue;
    known.add(text);
    heard(message);
  }
}
