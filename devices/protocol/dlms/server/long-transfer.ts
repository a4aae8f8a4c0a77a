/** A value that is too long for one APDU, on its way in blocks. An association has one at a time. */
import { ByteReader } from '../../bytes/byte-reader.ts';
import { CodecError } from '../../bytes/codec-error.ts';
import { BLOCK_HEAD_OCTETS, rawOctetsMost } from '../apdu/block-size.ts';
import type { ActionRequest, DataBlock, SetRequest } from '../apdu/types.ts';
import { readList } from '../axdr.ts';
import { readData } from '../data-codec.ts';
import type { Data } from '../data.ts';

/** An answer that is fetched block by block. */
export class OutgoingTransfer {
  readonly service: 'get-response' | 'action-response';
  readonly #raw: Uint8Array;
  #sentOctets = 0;
  #blockNumber = 0;

  constructor(service: OutgoingTransfer['service'], raw: Uint8Array) {
    this.service = service;
    this.#raw = raw;
  }

  /** Number of the block that was sent last, which a client names to get the next. */
  get blockNumber(): number {
    return this.#blockNumber;
  }

  get isOver(): boolean {
    return this.#sentOctets === this.#raw.length;
  }

  /** The next block, for an APDU of at most `room` octets. */
  next(room: number): DataBlock {
    const end = this.#sentOctets + rawOctetsMost(room, BLOCK_HEAD_OCTETS[this.service]);
    const raw = this.#raw.subarray(this.#sentOctets, end);
    this.#sentOctets += raw.length;
    this.#blockNumber++;
    return { last: this.isOver, blockNumber: this.#blockNumber, raw };
  }
}

/** What came first: it names what the blocks are for. */
export type FirstBlockRequest =
  | Extract<SetRequest, { kind: 'with-first-datablock' | 'with-list-and-first-datablock' }>
  | Extract<ActionRequest, { kind: 'with-first-pblock' | 'with-list-and-first-pblock' }>;

/** A request whose data come block by block. */
export class IncomingTransfer<Request extends FirstBlockRequest = FirstBlockRequest> {
  readonly request: Request;
  readonly #octetsMost: number;
  readonly #blocks: Uint8Array[] = [];
  #octets = 0;

  constructor(request: Request, octetsMost: number) {
    this.request = request;
    this.#octetsMost = octetsMost;
  }

  take({ last, blockNumber, raw }: DataBlock): 'wrong-number' | 'too-long' | 'more' | 'complete' {
    if (blockNumber !== this.#blocks.length + 1) return 'wrong-number';
    this.#octets += raw.length;
    if (this.#octets > this.#octetsMost) return 'too-long';
    this.#blocks.push(raw);
    return last ? 'complete' : 'more';
  }

  /** All blocks together. */
  get raw(): Uint8Array {
    return joined(...this.#blocks);
  }
}

/** What the blocks carried together; undefined when it is no Data. */
export function valuesOf(raw: Uint8Array, isList: boolean): readonly Data[] | undefined {
  try {
    const reader = new ByteReader(raw);
    const values = isList ? readList(reader, 'values', readData) : [readData(reader)];
    reader.end('values');
    return values;
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    return undefined;
  }
}

export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
