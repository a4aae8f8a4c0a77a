import type { ExceptionResponse } from '../apdu/types.ts';

/**
 * A conversation without input and output: it yields the APDU that is to be sent, or null when one
 * more is awaited, and is resumed with the APDU that came, without its wrapper or frame. A driver
 * waits, and gives up by leaving it.
 * @throws CodecError while it is resumed, when the peer breaks the protocol
 */
export type Exchange<T> = Generator<Uint8Array | null, T, Uint8Array>;

/** The server did not take the request at all. */
export interface Refused {
  readonly outcome: 'refused';
  readonly exception: ExceptionResponse;
}

/** What the server answered, one result for each thing asked; or that it took nothing. */
export type Answered<T> =
  | { readonly outcome: 'answered'; readonly results: readonly T[] }
  | Refused;
