import { NS_PER_MS } from '../../../devices/domain/time.ts';
import { fromHex, toHex } from '../../../devices/protocol/bytes/hex.ts';
import { decodePacket, encodePacket } from '../../../devices/protocol/c12-18/packet.ts';
import type { OpticalServer } from '../../../devices/protocol/c12-18/server.ts';

const ACK = Uint8Array.of(0x06);

/** Sends services packet by packet, acknowledges answers, and joins their packets. */
export class ScriptedClient {
  nowNs = 0;
  readonly frames: string[] = [];
  readonly #server: OpticalServer;
  #toggle = false;
  constructor(to: OpticalServer) {
    this.#server = to;
  }

  /** The answer to a service, as hexadecimal text. */
  ask(service: string): string {
    const packets = this.#server.receive(this.nowNs, this.frame(service));
    if (packets.shift()?.[0] !== ACK[0]) throw new Error(`${service} got no ACK`);
    let answer = '';
    for (let packet = packets.shift(); packet !== undefined; packet = packets.shift()) {
      this.frames.push(toHex(packet));
      const { data, sequence } = decodePacket(packet);
      answer += toHex(data);
      this.nowNs += NS_PER_MS;
      packets.push(...this.#server.receive(this.nowNs, ACK));
      const more = sequence > 0 ? 1 : 0;
      if (packets.length !== more) throw new Error(`${packets.length} packets after an ACK`);
    }
    return answer;
  }

  /** The next packet, with the toggle flipped. */
  frame(service: string): Uint8Array {
    const packet = encodePacket({
      identity: 0,
      multiPacket: false,
      first: false,
      toggle: this.#toggle,
      dataFormat: 0,
      sequence: 0,
      data: fromHex(service),
    });
    this.#toggle = !this.#toggle;
    return packet;
  }
}
