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
  /** Sets both control lines; false where there are none (a pty, a serial server). */
  setLines(lines: { readonly dtr: boolean; readonly rts: boolean }): Promise<boolean>;
  /** Reads the lines that the far end drives; null, or left out, where there are none. */
  readLines?(): Promise<FarLines | null>;
  close(): Promise<void>;
}

/** What the far end of a serial line drives, as RS-232 calls it. */
export interface FarLines {
  readonly cts: boolean;
  readonly dsr: boolean;
  readonly dcd: boolean;
}

/** How a serial line is to be opened. A serial server or a twin takes no notice of what it cannot do. */
export interface LineSettings {
  readonly baudRate: number;
  readonly dataBits?: 7 | 8;
  readonly parity?: 'none' | 'even' | 'odd';
  readonly stopBits?: 1 | 2;
  /** States of the control lines, and how long to wait before the first byte; null leaves them alone. */
  readonly lines?: ControlLines | null;
}

/** Probes differ in the line that feeds them, so this comes from the rig file. */
export interface ControlLines {
  readonly dtr: boolean;
  readonly rts: boolean;
  readonly settleNs: number;
}
