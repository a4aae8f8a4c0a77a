import type { DownloadResult, DownloadStart } from '../protocol/c12-19/project/download.ts';

/** An image that is under way, verified or activated; in non-volatile memory. */
export interface Download {
  /** What was said of it before it was sent. */
  readonly announced: DownloadStart;
  readonly bytes: Uint8Array;
  /** 1 for each block that is there. */
  readonly received: Uint8Array;
  phase: 'receiving' | 'verified' | 'failed' | 'activated';
}

/**
 * At most one image a row. Its memory is taken when it is announced: most meters never have one.
 */
export interface DownloadGroup {
  readonly rows: (Download | null)[];
  /** What the last step of a download came to. */
  readonly results: DownloadResult[];
  /** What the firmware that runs was announced as; null for the factory's. */
  readonly active: (string | null)[];
}

export function createDownloads(count: number): DownloadGroup {
  return {
    rows: Array.from({ length: count }, () => null),
    results: Array.from({ length: count }, () => 'none' as const),
    active: Array.from({ length: count }, () => null),
  };
}
