/** Messages are kept in chunks of this size until they are opened. */
const CHUNK_BYTES = 1 << 20;
const LENGTH_BYTES = 2;
/** Beyond them what comes must wait until what is there has been opened: the senders see it. */
const MOST_CHUNKS = 128;
/** Opened at one go, between two looks at the socket. */
const OPENED_A_GO = 256;

interface Chunk {
  readonly bytes: Uint8Array;
  filled: number;
}

/**
 * What came and is not opened yet. While a storm comes in, the socket goes first, since what its
 * buffer has no room for is lost; opening catches up in the pauses.
 */
export class Arrivals {
  readonly #open: (message: Uint8Array) => void;
  #chunks: Chunk[] = [];
  #readAt = 0;
  #waiting = 0;
  #cameSinceTurn = 0;
  #isTurnAsked = false;

  constructor(open: (message: Uint8Array) => void) {
    this.#open = open;
  }

  /** How many wait. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Keeps a copy of a message of at most 65,535 bytes. */
  add(message: Uint8Array): void {
    while (this.#chunks.length >= MOST_CHUNKS) this.#openNext();
    const needed = LENGTH_BYTES + message.length;
    let chunk = this.#chunks.at(-1);
    if (chunk === undefined || chunk.filled + needed > chunk.bytes.length) {
      chunk = { bytes: new Uint8Array(CHUNK_BYTES), filled: 0 };
      this.#chunks.push(chunk);
    }
    chunk.bytes[chunk.filled] = message.length >> 8;
    chunk.bytes[chunk.filled + 1] = message.length & 0xff;
    chunk.bytes.set(message, chunk.filled + LENGTH_BYTES);
    chunk.filled += needed;
    this.#waiting++;
    this.#cameSinceTurn++;
    this.#askForTurn();
  }

  /** Opens all that waits. */
  drain(): void {
    while (this.#waiting > 0) this.#openNext();
  }

  #go(): void {
    this.#isTurnAsked = false;
    const isQuiet = this.#cameSinceTurn === 0;
    this.#cameSinceTurn = 0;
    if (isQuiet) {
      for (let count = 0; count < OPENED_A_GO && this.#waiting > 0; count++) this.#openNext();
    }
    if (this.#waiting > 0) this.#askForTurn();
  }

  #askForTurn(): void {
    if (this.#isTurnAsked) return;
    this.#isTurnAsked = true;
    setImmediate(() => this.#go());
  }

  #openNext(): void {
    const [chunk] = this.#chunks;
    if (chunk === undefined) return;
    const { bytes } = chunk;
    const length = ((bytes[this.#readAt] ?? 0) << 8) | (bytes[this.#readAt + 1] ?? 0);
    const from = this.#readAt + LENGTH_BYTES;
    this.#readAt = from + length;
    this.#waiting--;
    this.#open(bytes.subarray(from, from + length));
    if (this.#readAt < chunk.filled) return;
    this.#chunks.shift();
    this.#readAt = 0;
  }
}
