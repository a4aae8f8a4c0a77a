/** Ciphering of DLMS as values: security suite 0 (AES-128-GCM). Green Book 9.2.7. */

/**
 * AES-GCM under one global (or dedicated) encryption key and its authentication key. Texts are
 * worked on in place; the tag has 12 octets. Who hands one in decides how it works: node:crypto for
 * long texts, tables for short ones, WASM.
 */
export interface GcmCipher {
  /** Ciphers the text in place and returns the tag over the additional data and the ciphertext. */
  seal(iv: Uint8Array, additional: Uint8Array, text: Uint8Array): Uint8Array;
  /** Deciphers the text in place when the tag is right; otherwise the text stays as it is. */
  open(iv: Uint8Array, additional: Uint8Array, text: Uint8Array, tag: Uint8Array): boolean;
  /** Ciphers or deciphers without a tag (security control 20). */
  keyStream(iv: Uint8Array, text: Uint8Array): void;
}

/** Key material of one direction or both: the cipher holds the encryption key. */
export interface SecurityKeys {
  readonly cipher: GcmCipher;
  /** Global authentication key, 16 octets: a part of the additional data. */
  readonly authenticationKey: Uint8Array;
}

/** Security control octet of suite 0: what protects an APDU. */
export interface SecurityControl {
  readonly authenticated: boolean;
  readonly encrypted: boolean;
  /** Broadcast key instead of the unicast one (bit 6). */
  readonly broadcast: boolean;
  /** Bit 7. */
  readonly compressed: boolean;
}

/** The form in which a ciphered APDU travels, which an answer mirrors. */
export type CipheredForm = 'glo' | 'ded' | 'general-glo' | 'general-ded';
