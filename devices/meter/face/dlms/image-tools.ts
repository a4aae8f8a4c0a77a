import type { Digest } from '../procedures/procedure.ts';

/** What an image transfer needs and a model may not make itself. */
export interface ImageTools {
  readonly sha256: Digest;
  /** Whether the signature of an image is right, by whatever the maker signs with. */
  readonly isSigned: (image: Uint8Array, identification: string) => boolean;
  /** How long verification and activation take; 0 where they are done within their call. */
  readonly verifyNs: number;
  readonly activateNs: number;
}

const DIGEST_OCTETS = 32;

/**
 * The plainest of signatures: an image whose last 32 octets are the SHA-256 of all before them. It
 * tells an image that was altered, and not one of somebody else's.
 */
export function endsInDigest(sha256: Digest): (image: Uint8Array) => boolean {
  return (image) => {
    const end = image.length - DIGEST_OCTETS;
    if (end < 0) return false;
    const digest = sha256(image.subarray(0, end));
    return digest.every((octet, place) => octet === image[end + place]);
  };
}
