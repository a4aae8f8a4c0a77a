/** A simulated instrument at the far end of a line: it gets bytes when they have arrived whole. */
export interface Twin {
  /** Bytes that came over the line, at the instant at which the last of them arrived. */
  receive(bytes: Uint8Array, nowNs: number): void;
  /** Told once, before anything arrives, how to answer. */
  connect(send: (bytes: Uint8Array) => void): void;
  /** Told when the host's control lines change, for twins that hang on them. */
  lines?(states: { readonly dtr: boolean; readonly rts: boolean }): void;
}
