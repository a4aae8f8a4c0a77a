import { createHash } from 'node:crypto';

/** What stands in `prev` of the first line, where there is no line before. */
export const NO_LINE_BEFORE = '0'.repeat(64);

/** SHA-256 in lower-case hex; a text is hashed as UTF-8. */
export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
