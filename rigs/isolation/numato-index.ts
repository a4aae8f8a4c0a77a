/** The relay as commands name it: a digit, from 10 on a letter (A, B, ... past F on 32 channels). */
export function numatoIndex(relay: number): string {
  return relay.toString(36).toUpperCase();
}
