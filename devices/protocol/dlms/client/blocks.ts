/** Requests too long for one APDU, cut into blocks. */
import { ByteWriter } from '../../bytes/byte-writer.ts';
import { CodecError } from '../../bytes/codec-error.ts';
import { rawOctetsMost } from '../apdu/block-size.ts';
import { encodeApdu } from '../apdu/encode.ts';
import type { ActionRequest, DataBlock, SetRequest } from '../apdu/types.ts';
import { writeList } from '../axdr.ts';
import { encodeData, writeData } from '../data-codec.ts';
import type { Data } from '../data.ts';

/** What the blocks of a request carry together: one value, or a list of them. */
export function rawOf(values: readonly Data[]): Uint8Array {
  const [only] = values;
  if (values.length === 1 && only !== undefined) return encodeData(only);
  const writer = new ByteWriter();
  writeList(writer, values, writeData);
  return writer.finish();
}

/** Cuts off one block after the other, each as long as its APDU lets it be. */
export class BlockCutter {
  readonly #raw: Uint8Array;
  readonly #room: number;
  #sent = 0;
  #blockNumber = 0;

  /** @param room octets that an APDU may have before it is ciphered */
  constructor(raw: Uint8Array, room: number) {
    this.#raw = raw;
    this.#room = room;
  }

  get isOver(): boolean {
    return this.#sent === this.#raw.length;
  }

  /** The request with the next block. @throws CodecError when not even one octet fits */
  next<R extends SetRequest | ActionRequest>(requestFor: (block: DataBlock) => R): R {
    this.#blockNumber++;
    const empty = { last: false, blockNumber: this.#blockNumber, raw: new Uint8Array() };
    // The length of nothing has one octet, which belongs to the data.
    const head = encodeApdu(requestFor(empty)).length - 1;
    const most = rawOctetsMost(this.#room, head);
    if (most < 1) throw new CodecError(`no block fits into an APDU of ${this.#room} octets`);
    const raw = this.#raw.subarray(this.#sent, this.#sent + most);
    this.#sent += raw.length;
    return requestFor({ ...empty, last: this.isOver, raw });
  }
}
