/**
 * Takes out of the received bytes what an optical head hears of its own light. Only exact bytes
 * in exact order are taken; from the first other byte on everything is the meter's.
 */
export class OwnEcho {
  #expected: number[] = [];

  sent(bytes: Uint8Array): void {
    this.#expected.push(...bytes);
  }

  strip(received: Uint8Array): Uint8Array {
    let own = 0;
    while (own < received.length && this.#expected[own] === received[own]) own++;
    this.#expected = own < received.length ? [] : this.#expected.slice(own);
    return received.subarray(own);
  }
}
