/** What keeps a server alive: resolves at the first signal that ends it, rejects when told to fail. */
export interface UntilStopped {
  readonly promise: Promise<void>;
  readonly fail: (error: unknown) => void;
}

export function untilStopped(): UntilStopped {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => resolve());
  return { promise, fail: reject };
}

/** What every server says of itself; what else it has to say stands beside it. */
interface Ready {
  readonly kind: 'meter' | 'sink' | 'head-end' | 'proxy' | 'bench' | 'bridge';
  /** A serial path, a rig file, or where it is reached over UDP. */
  readonly address: string | { readonly host: string; readonly port: number };
  /** Its title in C12.22; null where there is none. */
  readonly apTitle: string | null;
  /** The id of its key, or how ids follow from a meter's index; null where there is no key. */
  readonly keyId: number | string | null;
}

/** The one JSON line by which whoever started a server knows that it can be used, and where. */
export function tellReady(ready: Ready & Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify({ ready })}\n`);
}
