/** What is downloaded: a program (.pro) is configuration, a firmware makes the meter start anew. */
export type ImageKind = 'program' | 'firmware';

/** What a head-end says of an image before it sends it. */
export interface Announcement {
  readonly image: ImageKind;
  readonly version: number;
  readonly revision: number;
  readonly lengthBytes: number;
  readonly blockBytes: number;
  /** SHA-256 over the image. */
  readonly digest: Uint8Array;
}

/** An image that is under way or verified, in non-volatile memory. */
export interface Download {
  readonly announced: Announcement;
  readonly bytes: Uint8Array;
  /** 1 for each block that is there. */
  readonly received: Uint8Array;
  verified: boolean;
}

/** At most one image a row. Its memory is taken when it is announced: most meters never have one. */
export interface DownloadGroup {
  readonly rows: (Download | null)[];
}

/** Longest image that is taken, assumed. */
export const IMAGE_BYTES_MAXIMUM = 1 << 20;

export function createDownloads(count: number): DownloadGroup {
  return { rows: Array.from({ length: count }, () => null) };
}
