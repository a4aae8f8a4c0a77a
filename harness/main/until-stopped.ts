/** What keeps a server alive: resolves at the first signal that ends it, rejects when told to fail. */
export interface UntilStopped {
  readonly promise: Promise<void>;
  fail(error: unknown): void;
}

export function untilStopped(): UntilStopped {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => resolve());
  return { promise, fail: reject };
}

/** The one JSON line by which whoever started a server knows that it can be used, and where. */
export function tellReady(ready: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify({ ready })}\n`);
}
