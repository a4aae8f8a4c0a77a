import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { testIdentity } from '../../../../../devices/domain/identity.ts';
import { NS_PER_S } from '../../../../../devices/domain/time.ts';
import type { Meters } from '../../../../../devices/meter/columns.ts';
import { createCosemHost } from '../../../../../devices/meter/face/dlms/host.ts';
import { METER_RULES } from '../../../../../devices/meter/rules/index.ts';
import { endsInDigest } from '../../../../../devices/meter/face/dlms/image-tools.ts';
import { COSEM_OBJECTS } from '../../../../../devices/meter/face/dlms/objects/index.ts';
import { pushOf } from '../../../../../devices/meter/face/dlms/pushes.ts';
import { createMeterHost } from '../../../../../devices/meter/face/table-host.ts';
import { step } from '../../../../../devices/meter/step.ts';
import { fromHex, toHex } from '../../../../../devices/protocol/bytes/hex.ts';
import { encodeApdu } from '../../../../../devices/protocol/dlms/apdu/encode.ts';
import type { AssociationProfile } from '../../../../../devices/protocol/dlms/cosem/host.ts';
import { type Data, number, structure } from '../../../../../devices/protocol/dlms/data.ts';
import { encodeData } from '../../../../../devices/protocol/dlms/data-codec.ts';
import type { Obis } from '../../../../../devices/protocol/dlms/obis.ts';
import { createGcmCipher } from '../../../../../devices/protocol/dlms/security/gcm.ts';
import { wrapKey } from '../../../../../devices/protocol/dlms/security/key-wrap.ts';
import { encodeWpdu } from '../../../../../devices/protocol/dlms/wrapper.ts';
import { ON, tableOf } from '../../story.ts';

const PUSHES = (
  JSON.parse(readFileSync('test/vectors/dlms.json', 'utf8')) as {
    readonly push: readonly { readonly name: string; readonly frame: string }[];
  }
).push;

const LOAD = { kind: 'load', milliWatts: 1_200_000, currentMilliAmps: 5_000 } as const;
const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();
const KEYS = {
  encryption: new Uint8Array(16).fill(1),
  broadcast: new Uint8Array(16).fill(2),
  authentication: new Uint8Array(16).fill(3),
  master: new Uint8Array(16).fill(4),
};
const IMAGE_TRANSFER = '0.0.44.0.0.255';
const DISCONNECT = '0.0.96.3.10.255';

/** A meter with power that is asked as the management client, at an instant of the story. */
class Story {
  readonly meters: Meters = tableOf({ withModule: true, withCosem: true });
  nowNs = 0;
  readonly give = (input: Parameters<typeof step>[3]): void =>
    step(this.meters, 0, this.nowNs, input, { say: () => undefined });
  readonly host = createCosemHost({
    meters: this.meters,
    row: 0,
    serial: testIdentity(0).serial,
    moduleVersion: '4.10.0',
    factoryKeys: KEYS,
    readerPassword: new Uint8Array(8),
    cipherOf: createGcmCipher,
    image: { sha256, isSigned: endsInDigest(sha256), verifyNs: 0, activateNs: 0 },
    give: this.give,
  });
  readonly tables = createMeterHost({
    meters: this.meters,
    row: 0,
    serial: testIdentity(0).serial,
    password: new Uint8Array(20),
    sha256,
    give: this.give,
  });

  constructor() {
    this.give(ON);
    this.give(LOAD);
    this.at(3600);
  }

  at(seconds: number): void {
    this.nowNs = seconds * NS_PER_S;
    this.give({ kind: 'wake' });
  }

  association(sap: number): AssociationProfile {
    const found = this.host.associations.find(({ clientSap }) => clientSap === sap);
    if (found === undefined) throw new Error(`there is no client ${sap}`);
    return found;
  }

  call(sap = 1) {
    return { association: this.association(sap), nowNs: this.nowNs };
  }

  get(name: Obis, attribute: number): Data {
    const value = this.host.get(this.call(), name, attribute, null);
    if (typeof value === 'string') throw new Error(`${name}/${attribute}: ${value}`);
    return value;
  }

  value(name: Obis, attribute: number): unknown {
    const data = this.get(name, attribute);
    return 'value' in data ? data.value : data;
  }

  act(name: Obis, method: number, parameters: Data): string {
    return this.host.act(this.call(), name, method, parameters).result;
  }
}

const ZERO = number('integer', 0);

test('every object has a name of its own', () => {
  const names = COSEM_OBJECTS.map(({ logicalName }) => logicalName);
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThan(70);
});

test.each([16, 17, 1])('client %i can read whatever its list says it can', (sap) => {
  const story = new Story();
  let read = 0;
  for (const { logicalName, attributes } of story.host.objects(story.association(sap))) {
    for (const { attribute, access } of attributes) {
      if (access !== 'read' && access !== 'read-write') continue;
      const value = story.host.get(story.call(sap), logicalName, attribute, null);
      if (typeof value === 'string') throw new Error(`${logicalName}/${attribute}: ${value}`);
      expect(encodeData(value).length).toBeGreaterThan(0);
      read++;
    }
  }
  expect(read).toBeGreaterThan(sap === 16 ? 3 : 100);
});

test('a register shows what the table of C12.19 shows', () => {
  const story = new Story();
  const bytes = story.tables.readTable(23, story.nowNs);
  if (typeof bytes === 'string') throw new Error(bytes);
  const shown = story.value('1.0.1.8.0.255', 2) as number;
  expect(shown).toBeGreaterThan(0);
  const little = Uint8Array.of(shown, shown >>> 8, shown >>> 16, shown >>> 24);
  expect(toHex(bytes)).toContain(toHex(little));
});

function text(word: string): Data {
  return { type: 'octet-string', bytes: new TextEncoder().encode(word) };
}

describe('image transfer', () => {
  const body = Uint8Array.from({ length: 1_000 }, (_, place) => place & 0xff);
  const image = new Uint8Array([...body, ...sha256(body)]);
  const blocks = Math.ceil(image.length / 256);
  function initiate(story: Story, name = '2.9', size = image.length): string {
    const what = structure(text(name), number('double-long-unsigned', size));
    return story.act(IMAGE_TRANSFER, 1, what);
  }

  function send(story: Story, block: number, bytes = image): string {
    const octets = {
      type: 'octet-string',
      bytes: bytes.slice(block * 256, block * 256 + 256),
    } as const;
    const what = structure(number('double-long-unsigned', block), octets);
    return story.act(IMAGE_TRANSFER, 2, what);
  }

  test('blocks in any order, the first that is missing told, verified and active', () => {
    const story = new Story();
    expect(story.value(IMAGE_TRANSFER, 6)).toBe(0);
    expect(initiate(story)).toBe('success');
    expect(send(story, 2)).toBe('success');
    expect(send(story, 0)).toBe('success');
    expect(story.value(IMAGE_TRANSFER, 4)).toBe(1);
    expect(story.get(IMAGE_TRANSFER, 3)).toEqual({ type: 'bit-string', bits: '10100' });
    expect(story.act(IMAGE_TRANSFER, 3, ZERO)).toBe('other-reason');
    for (let block = 0; block < blocks; block++) send(story, block);
    expect(story.value(IMAGE_TRANSFER, 4)).toBe(blocks);
    expect(story.act(IMAGE_TRANSFER, 3, ZERO)).toBe('success');
    expect(story.value(IMAGE_TRANSFER, 6)).toBe(3);
    expect(story.act(IMAGE_TRANSFER, 4, ZERO)).toBe('success');
    story.at(3700);
    expect(story.value(IMAGE_TRANSFER, 6)).toBe(6);
    expect(story.get('1.0.0.2.0.255', 2)).toEqual(text('2.9'));
  });

  test('an altered image is not verified and cannot be activated', () => {
    const story = new Story();
    const altered = image.slice();
    altered[3] = 0xee;
    initiate(story);
    for (let block = 0; block < blocks; block++) send(story, block, altered);
    expect(story.act(IMAGE_TRANSFER, 3, ZERO)).toBe('other-reason');
    expect(story.value(IMAGE_TRANSFER, 6)).toBe(4);
    expect(story.act(IMAGE_TRANSFER, 4, ZERO)).toBe('other-reason');
  });

  test('a meter whose rule lets every image pass verifies an altered one', () => {
    const story = new Story();
    Object.assign(story.meters, { rules: { ...METER_RULES, imageAccepted: () => true } });
    const altered = image.slice();
    altered[3] = 0xee;
    initiate(story);
    for (let block = 0; block < blocks; block++) send(story, block, altered);
    expect(story.act(IMAGE_TRANSFER, 3, ZERO)).toBe('success');
  });

  test('what is not enabled is not begun', () => {
    const story = new Story();
    story.host.set(story.call(), IMAGE_TRANSFER, 5, { type: 'boolean', value: false });
    expect(initiate(story)).toBe('other-reason');
  });

  test('an image may not be without end', () => {
    expect(initiate(new Story(), 'x', 2 ** 31)).toBe('other-reason');
  });
});

test('the breaker opens and takes no load; in mode 3 a person closes it', () => {
  const story = new Story();
  expect(story.act(DISCONNECT, 1, ZERO)).toBe('success');
  expect(story.value(DISCONNECT, 2)).toBe(false);
  const before = story.value('1.0.1.8.0.255', 2);
  story.at(7200);
  expect(story.value('1.0.1.8.0.255', 2)).toBe(before);
  story.host.set(story.call(), DISCONNECT, 4, number('enum', 3));
  expect(story.act(DISCONNECT, 2, ZERO)).toBe('success');
  expect(story.value(DISCONNECT, 3)).toBe(2);
  story.host.set(story.call(), DISCONNECT, 4, number('enum', 4));
  story.act(DISCONNECT, 2, ZERO);
  expect(story.value(DISCONNECT, 3)).toBe(1);
});

test('alarms are latched until somebody clears their bits', () => {
  const story = new Story();
  const operation = { kind: 'raise-alarm', register: 1, bits: 0b101 } as const;
  story.give({ kind: 'operation', operation });
  expect(story.value('0.0.97.98.0.255', 2)).toBe(0b101);
  story.host.set(story.call(), '0.0.97.98.0.255', 2, number('double-long-unsigned', 0b100));
  expect(story.value('0.0.97.98.0.255', 2)).toBe(0b100);
});

test('a scenario can put another value in an attribute’s place, and take it back', () => {
  const story = new Story();
  const was = story.get('0.0.96.1.0.255', 2);
  const at = { kind: 'override-object', logicalName: '0.0.96.1.0.255', attribute: 2 } as const;
  const value = { type: 'octet-string', bytes: fromHex('c0ffee') } as const;
  story.give({ kind: 'operation', operation: { ...at, value } });
  expect(story.get('0.0.96.1.0.255', 2)).toEqual(value);
  story.give({ kind: 'operation', operation: { ...at, value: null } });
  expect(story.get('0.0.96.1.0.255', 2)).toEqual(was);
});

test('keys change under the master key, and not under another', () => {
  const story = new Story();
  const fresh = new Uint8Array(16).fill(9);
  const transfer = (master: Uint8Array): string =>
    story.act('0.0.43.0.0.255', 2, {
      type: 'array',
      items: [
        structure(number('enum', 0), { type: 'octet-string', bytes: wrapKey(master, fresh) }),
      ],
    });
  expect(transfer(KEYS.encryption)).toBe('other-reason');
  expect(story.host.takeCounter(story.association(1), 7)).toBe(true);
  expect(transfer(KEYS.master)).toBe('success');
  expect(story.host.expectedCounter(story.association(1))).toBeLessThanOrEqual(1);
});

test('a counter is taken once, and none that is lower', () => {
  const story = new Story();
  const management = story.association(1);
  expect(story.host.takeCounter(management, 5)).toBe(true);
  expect(story.host.takeCounter(management, 5)).toBe(false);
  expect(story.host.takeCounter(management, 4)).toBe(false);
  expect(story.host.takeCounter(management, 500)).toBe(true);
});

describe('pushes in the public layout', () => {
  const ID = 'EXXXX123456789012';

  test.each([
    ['alarm', 1, [2], 'replace battery'],
    ['alarm', 1, [4], 'power up'],
    ['last-gasp', 3, [1], 'last gasp: push'],
    ['scheduled', 0, [], 'scheduled push'],
  ] as const)('%s %s %j', (kind, _register, words, name) => {
    const vector = PUSHES.find((one) => one.name.includes(name));
    const apdu = encodeApdu(pushOf(kind, ID, words, 1));
    const frame = encodeWpdu({ source: 1, destination: 0x66, apdu });
    expect(toHex(frame).toUpperCase()).toBe(vector?.frame);
  });
});
