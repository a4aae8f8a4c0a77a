import type { SecurityControl } from './types.ts';

const SUITE_MASK = 0x0f;
const BITS = {
  authenticated: 0x10,
  encrypted: 0x20,
  broadcast: 0x40,
  compressed: 0x80,
} as const satisfies Record<keyof SecurityControl, number>;

/** What protects nearly everything: security control 30. */
export const AUTHENTICATED_ENCRYPTION: SecurityControl = {
  authenticated: true,
  encrypted: true,
  broadcast: false,
  compressed: false,
};

export function decodeSecurityControl(octet: number): SecurityControl {
  return {
    authenticated: (octet & BITS.authenticated) !== 0,
    encrypted: (octet & BITS.encrypted) !== 0,
    broadcast: (octet & BITS.broadcast) !== 0,
    compressed: (octet & BITS.compressed) !== 0,
  };
}

/** The octet, of suite 0. */
export function encodeSecurityControl(control: SecurityControl): number {
  return (
    (control.authenticated ? BITS.authenticated : 0) +
    (control.encrypted ? BITS.encrypted : 0) +
    (control.broadcast ? BITS.broadcast : 0) +
    (control.compressed ? BITS.compressed : 0)
  );
}

/** AES-128-GCM is suite 0. */
export function securitySuite(octet: number): number {
  return octet & SUITE_MASK;
}
