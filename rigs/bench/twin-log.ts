import { closeSync, openSync, writeSync } from 'node:fs';
import { toHex } from '../../devices/protocol/bytes/hex.ts';
import type { Terminals } from './physics.ts';

/** What served twins saw, one line each, on the host's monotonic clock. */
export type TwinLogEntry =
  | { readonly kind: 'serving'; readonly ports: Readonly<Record<string, string>> }
  | ({ readonly kind: 'terminals' } & Terminals)
  | { readonly kind: 'received'; readonly at: string; readonly hex: string }
  | { readonly kind: 'answered'; readonly at: string; readonly hex: string }
  | { readonly kind: 'fault'; readonly at: string; readonly fault: string };

/** The log of the twins' own process: no runner has its file open. */
export class TwinLog {
  readonly #file: number;

  /** @param path a file that does not exist yet */
  constructor(path: string) {
    this.#file = openSync(path, 'ax', 0o644);
  }

  write(entry: TwinLogEntry): void {
    const monotonicNs = Number(process.hrtime.bigint());
    writeSync(this.#file, `${JSON.stringify({ monotonicNs, ...entry })}\n`);
  }

  bytes(kind: 'received' | 'answered', at: string, bytes: Uint8Array): void {
    this.write({ kind, at, hex: toHex(bytes) });
  }

  close(): void {
    closeSync(this.#file);
  }
}
