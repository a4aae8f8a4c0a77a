import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toHex } from '../../devices/protocol/bytes/hex.ts';
import { output } from './peers.ts';

/** AES-128 keys as hexadecimal text, by C12.22 key id. */
type Keys = Readonly<Record<number, string>>;

/** What tshark says of an APDU that it cannot read. */
export const COMPLAINTS = [
  '_ws.malformed',
  'c1222.command_truncated',
  'c1222.bad_checksum',
  'c1222.epsem.missing',
  'c1222.epsem.not_decrypted',
  'c1222.epsem.failed_authentication',
  'c1222.epsem.ber_length_error',
  'c1222.epsem.field_length_error',
  'c1222.ed_class_missing',
  'c1222.mac_missing',
] as const;

const C12_22_PORT = 1153;
const SENDER_PORT = 50_000;

/** C12.22 messages in a pcap file, each a UDP datagram of its own, as tshark sees them. */
export class Capture {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** @throws when text2pcap cannot write it */
  static async of(messages: readonly Uint8Array[]): Promise<Capture> {
    const capture = new Capture(mkdtempSync(join(tmpdir(), 'meterbench-tshark-')));
    const dump = messages.map((message) => `000000 ${toHex(message, ' ')}\n`).join('\n');
    writeFileSync(capture.#file('dump.txt'), dump);
    const ports = `${SENDER_PORT},${C12_22_PORT}`;
    await output('text2pcap', ['-q', '-u', ports, capture.#file('dump.txt'), capture.#pcap()]);
    return capture;
  }

  /** Which messages the display filter finds, counted from 0. @throws when tshark fails */
  async frames(filter: string, keys: Keys): Promise<number[]> {
    const lines = await this.#tshark(keys, ['-Y', filter, '-T', 'fields', '-e', 'frame.number']);
    return lines.map((line) => Number(line) - 1);
  }

  /** For each message the values of fields, comma between several. @throws when tshark fails */
  async fields<K extends string>(
    fields: Readonly<Record<K, string>>,
    keys: Keys,
  ): Promise<Readonly<Record<K, string>>[]> {
    const names = Object.keys(fields) as K[];
    const wanted = names.flatMap((name) => ['-e', fields[name]]);
    const lines = await this.#tshark(keys, ['-T', 'fields', '-E', 'separator=|', ...wanted]);
    return lines.map((line) => {
      const values = line.split('|');
      return Object.fromEntries(names.map((name, at) => [name, values[at] ?? ''])) as Record<
        K,
        string
      >;
    });
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #tshark(keys: Keys, args: readonly string[]): Promise<string[]> {
    const table = Object.entries(keys).flatMap(([id, key]) => [
      '-o',
      `uat:c1222_decryption_table:"${Number(id).toString(16).padStart(2, '0')}",${key}`,
    ]);
    const how = ['-o', 'c1222.decrypt:TRUE', '-o', 'c1222.baseoid:2.16.124.113620.1.22.0'];
    const text = await output('tshark', ['-r', this.#pcap(), ...how, ...table, ...args]);
    return text.split('\n').slice(0, -1);
  }

  #pcap(): string {
    return this.#file('messages.pcap');
  }

  #file(name: string): string {
    return join(this.#folder, name);
  }
}
