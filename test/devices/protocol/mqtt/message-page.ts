/** The part of docs/mqtt.md that is written from the code: every topic with its payload. */
import { decode } from 'cborg';
import { toHex } from '../../../../devices/protocol/bytes/hex.ts';
import { encodePayload } from '../../../../devices/protocol/mqtt/payload.ts';
import { EXAMPLES } from './examples.ts';

const COLUMNS = 96;

/** CBOR in its diagnostic notation (RFC 8949, 8), of what the bytes hold and in their order. */
function diagnosticOf(bytes: Uint8Array): string {
  return notation(decode(bytes, { useMaps: true }));
}

function notation(value: unknown): string {
  if (value instanceof Uint8Array) return `h'${toHex(value)}'`;
  if (Array.isArray(value)) return `[${value.map(notation).join(', ')}]`;
  if (!(value instanceof Map)) return JSON.stringify(value);
  const members = [...value].map(([key, member]) => `${notation(key)}: ${notation(member)}`);
  return `{${members.join(', ')}}`;
}

export function messagePage(): string {
  return EXAMPLES.map(({ topic, head, body }) => {
    const cbor = encodePayload(head, body, 'cbor');
    const json = Buffer.from(encodePayload(head, body, 'json')).toString();
    const hex = toHex(cbor).match(new RegExp(`.{1,${COLUMNS}}`, 'g')) ?? [];
    const text = ['```text', diagnosticOf(cbor), json, ...hex, '```'];
    return [`### \`${topic}\``, '', ...text].join('\n');
  }).join('\n\n');
}
