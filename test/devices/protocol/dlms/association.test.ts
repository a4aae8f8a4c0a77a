import { describe, expect, test } from 'vitest';
import { SeededBytes } from '../seeded-bytes.ts';
import { NULL_DATA, number, octetString } from '../../../../devices/protocol/dlms/data.ts';
import type { SelectedAttribute } from '../../../../devices/protocol/dlms/apdu/types.ts';
import type { Obis } from '../../../../devices/protocol/dlms/obis.ts';
import { type Kind, lineOf, Station } from './line.ts';
import { CLOCK, ECHO, ENERGY, NOTE, RELAY, SAPS, SECRET } from './small-meter.ts';

/** A client and a server of DLMS on one line in memory: what is agreed, carried and refused. */

const KINDS: readonly Kind[] = ['public', 'reader', 'management', 'cipheredReader', 'gmac'];
const PRIVILEGED: readonly Kind[] = ['reader', 'management', 'cipheredReader', 'gmac'];

function attribute(logicalName: Obis, id: number, classId = 1): SelectedAttribute {
  return { classId, logicalName, attribute: id, selection: null };
}

const AARQ_PUBLIC = '601da109060760857405080101be10040e01000000065f1f0400001e1dffff';

describe('associations', () => {
  test.each(KINDS)('%s associates, reads its clock and leaves', (kind) => {
    const line = lineOf(kind);
    expect(line.run(line.client.connect()).outcome).toBe('associated');
    const read = line.run(line.client.get([attribute(CLOCK, 2, 8)]));
    expect(read).toMatchObject({ outcome: 'answered', results: [{ result: 'data' }] });
    line.run(line.client.release());
    expect(line.client.negotiated).toBeNull();
    expect(line.client.findings).toEqual([]);
  });

  test('whoever is not associated is told that it may not', () => {
    const station = new Station();
    expect(station.ask('c001c1000100002a0000ff0200')).toBe('d80102');
  });

  test('a wrong password is refused as such', () => {
    const line = lineOf('reader', {
      authentication: { mechanism: 'low', password: new Uint8Array(8) },
    });
    expect(line.run(line.client.connect()).outcome).not.toBe('associated');
  });

  test('an unknown service is answered and wedges nothing', () => {
    const station = new Station();
    station.ask(AARQ_PUBLIC);
    expect(station.ask('c60100')).toBe('d80202');
    expect(station.ask('c001c1000100002a0000ff0200')).toMatch(/^c401c100/);
  });

  test('a client SAP that there is not gets no answer', () => {
    expect(new Station().ask(AARQ_PUBLIC, 99)).toBeNull();
  });
});

describe('values', () => {
  test.each(PRIVILEGED)('%s writes what it reads back', (kind) => {
    const line = lineOf(kind);
    line.run(line.client.connect());
    const value = octetString(Uint8Array.of(1, 2, 3));
    const written = line.run(line.client.set([{ attribute: attribute(NOTE, 2), value }]));
    expect(written).toEqual({ outcome: 'answered', results: ['success'] });
    const read = line.run(line.client.get([attribute(NOTE, 2)]));
    expect(read).toEqual({ outcome: 'answered', results: [{ result: 'data', data: value }] });
  });

  test.each(PRIVILEGED)('%s carries long values in blocks, both ways', (kind) => {
    const line = lineOf(kind, { maxReceivePduSize: 64 });
    line.run(line.client.connect());
    const value = octetString(Uint8Array.from({ length: 3_000 }, (_, place) => place & 0xff));
    const written = line.run(line.client.set([{ attribute: attribute(NOTE, 2), value }]));
    expect(written).toEqual({ outcome: 'answered', results: ['success'] });
    const read = line.run(line.client.get([attribute(NOTE, 2)]));
    expect(read).toEqual({ outcome: 'answered', results: [{ result: 'data', data: value }] });
    const call = {
      method: { classId: 9, logicalName: ECHO, method: 1 },
      parameters: value,
    } as const;
    const echoed = line.run(line.client.act([call]));
    expect(echoed).toMatchObject({ outcome: 'answered', results: [{ result: 'success' }] });
    const longest = Math.max(
      ...line.trace
        // The answer to the association says what is agreed, and is not bound by it.
        .filter(({ direction, apdu }) => direction === 'down' && apdu[0] !== 0x61)
        .map(({ apdu }) => apdu.length),
    );
    expect(longest).toBeLessThanOrEqual(64);
  });

  test('a list is answered in its order, each with its own result', () => {
    const line = lineOf('reader');
    line.run(line.client.connect());
    const asked = [attribute(ENERGY, 2, 3), attribute(SECRET, 2), attribute('9.9.9.9.9.255', 2)];
    expect(line.run(line.client.get(asked))).toEqual({
      outcome: 'answered',
      results: [
        { result: 'data', data: number('double-long-unsigned', 123_456) },
        { result: 'read-write-denied' },
        { result: 'object-undefined' },
      ],
    });
  });

  test('reads, writes and methods in one ACCESS', () => {
    const line = lineOf('management');
    line.run(line.client.connect());
    const answered = line.run(
      line.client.access([
        {
          specification: { access: 'get', attribute: attribute(ENERGY, 2, 3) },
          data: NULL_DATA,
        },
        {
          specification: { access: 'set', attribute: attribute(NOTE, 2) },
          data: octetString(Uint8Array.of(7)),
        },
        {
          specification: {
            access: 'action',
            method: { classId: 70, logicalName: RELAY, method: 1 },
          },
          data: number('integer', 0),
        },
      ]),
    );
    expect(answered).toMatchObject({
      outcome: 'answered',
      results: [
        { result: { result: 'success' }, data: number('double-long-unsigned', 123_456) },
        { result: { result: 'success' } },
        { result: { result: 'success' } },
      ],
    });
  });
});

describe('security', () => {
  test('a ciphered request that comes again is told which counter is expected', () => {
    const line = lineOf('management');
    line.run(line.client.connect());
    line.run(line.client.get([attribute(ENERGY, 2, 3)]));
    const requests = line.trace.filter(({ direction }) => direction === 'up');
    const again = line.station.send(requests.at(-1)?.apdu ?? new Uint8Array(), SAPS.management);
    expect(Array.from(again?.subarray(0, 3) ?? [])).toEqual([0xd8, 0x02, 0x06]);
  });

  test.each(['tag', 'ciphertext', 'security control'] as const)(
    'a request whose %s was changed is not done, and the next one is',
    (part) => {
      const line = lineOf('management');
      line.run(line.client.connect());
      const straight = line.meddle;
      line.meddle = (apdu, direction) => {
        if (direction === 'down') return apdu;
        const at = { tag: apdu.length - 1, ciphertext: 8, 'security control': 2 }[part];
        return apdu.map((octet, place) => (place === at ? octet ^ 0x01 : octet));
      };
      const before = line.station.meter.heard.length;
      const value = octetString(Uint8Array.of(9));
      const refused = line.run(line.client.set([{ attribute: attribute(NOTE, 2), value }]));
      expect(refused.outcome).toBe('refused');
      expect(line.station.meter.heard.length).toBe(before);
      line.meddle = straight;
      const done = line.run(line.client.set([{ attribute: attribute(NOTE, 2), value }]));
      expect(done).toEqual({ outcome: 'answered', results: ['success'] });
    },
  );

  test('what is not ciphered is not heard in a ciphered association', () => {
    const line = lineOf('management');
    line.run(line.client.connect());
    expect(line.station.ask('c001c1000100002a0000ff0200', SAPS.management)).toBe('d80105');
  });
});

test('no mutated conversation wedges a server: a fresh client associates after each', () => {
  const recorded = KINDS.flatMap((kind) => {
    const line = lineOf(kind);
    line.run(line.client.connect());
    line.run(line.client.get([attribute(CLOCK, 2, 8)]));
    return line.trace
      .filter(({ direction }) => direction === 'up')
      .map(({ apdu }) => ({ sap: SAPS[kind], apdu }));
  });
  const random = new SeededBytes(41);
  for (let round = 0; round < 400; round++) {
    const station = new Station();
    for (const { sap, apdu } of recorded) {
      const mutated = apdu.slice();
      mutated[random.below(mutated.length)] = random.below(256);
      const answer = station.send(mutated.subarray(0, random.below(mutated.length) + 1), sap);
      expect(answer?.length).not.toBe(0);
    }
    station.node.pathLost('tcp');
    expect(station.ask(AARQ_PUBLIC)).toMatch(/^6129/);
  }
});
