/** Bytes to and from an instrument: a serial port, a TCP serial server or a twin look the same. */
export interface ByteChannel {
  /** Address as the rig file names it, for messages. */
  readonly name: string;
  /** Resolves when the bytes are with the operating system (not when they left the wire). */
  write(bytes: Uint8Array): Promise<void>;
  /** Bytes as they arrive, with the bench time of their arrival. One listener; null takes it off. */
  listen(listener: ((bytes: Uint8Array, atNs: number) => void) | null): void;
  /** Tells once, with the reason, when the port is gone without having been closed by us. */
  onLost(listener: (reason: string) => void): void;
  /** Changes the speed of the line; resolves at once where there is no such thing. */
  setBaudRate(baudRate: number): Promise<void>;
  close(): Promise<void>;
}
