import { createCipheriv } from 'node:crypto';
import type { Bench } from 'tinybench';
import { ApTitle } from '../../devices/protocol/c12-22/ap-title.ts';
import { decodeApdu } from '../../devices/protocol/dlms/apdu/decode.ts';
import { encodeApdu } from '../../devices/protocol/dlms/apdu/encode.ts';
import type { GetRequest } from '../../devices/protocol/dlms/apdu/types.ts';
import { DlmsHostLanguage } from '../../devices/protocol/dlms/link/host.ts';
import { DlmsModuleLanguage } from '../../devices/protocol/dlms/link/module.ts';
import { createGcmCipher } from '../../devices/protocol/dlms/security/gcm.ts';
import { createNativeGcmCipher } from '../../devices/protocol/dlms/security/gcm-native.ts';
import { MqttModuleLanguage } from '../../devices/protocol/mqtt/link/module.ts';
import { TEST_ACCOUNT } from '../../rigs/head-end/test-language.ts';

/** DLMS and MQTT: what a message costs, with the naive way beside it. */

const KEY = new Uint8Array(16).fill(7);
const IV = new Uint8Array(12).fill(1);
const ADDITIONAL = new Uint8Array(17).fill(2);
const TEXT_OCTETS = 64;
const LAST_GASP = { kind: 'last-gasp', outageNumber: 1, lostAtMs: Date.UTC(2026, 0, 5) } as const;
const GET: GetRequest = {
  service: 'get-request',
  kind: 'normal',
  invokeId: { id: 1, confirmed: true, highPriority: true },
  attribute: { classId: 3, logicalName: '1.0.1.8.0.255', attribute: 2, selection: null },
};

/** Names of the tasks that are set in ratio to each other. */
export const DLMS_TASKS = {
  tables: 'GCM of 64 B: by tables',
  native: 'GCM of 64 B: by node:crypto, key kept',
  naive: 'GCM of 64 B: by node:crypto, raw key each time',
} as const;

export function addDlms(bench: Bench): void {
  const keys = { cipher: createGcmCipher(KEY), authenticationKey: KEY };
  const native = createNativeGcmCipher(KEY);
  const title = ApTitle.of('.1.1');
  const headEnd = ApTitle.of('.2.1');
  const meter = { title, entry: { index: 0, serial: '60000001' } };
  const ends = { index: 0, title, serial: '60000001', hostTitle: () => headEnd };
  const module = new DlmsModuleLanguage(() => keys);
  const host = new DlmsHostLanguage(headEnd, () => keys);
  const mqtt = new MqttModuleLanguage(TEST_ACCOUNT);
  const known = { byTitle: () => meter, bySerial: () => meter };
  const sealed = module.sealUplink(ends, LAST_GASP, { number: 1, counter: 1 }, null).bytes;
  const text = new Uint8Array(TEXT_OCTETS);
  let counter = 1;
  bench
    .add(DLMS_TASKS.tables, () => void keys.cipher.seal(IV, ADDITIONAL, text))
    .add(DLMS_TASKS.native, () => void native.seal(IV, ADDITIONAL, text))
    .add(DLMS_TASKS.naive, () => {
      const cipher = createCipheriv('aes-128-gcm', KEY, IV, { authTagLength: 12 });
      cipher.setAAD(ADDITIONAL);
      Buffer.concat([cipher.update(text), cipher.final()]);
      cipher.getAuthTag();
    })
    .add('GET: encode and decode, in the clear', () => void decodeApdu(encodeApdu(GET)))
    .add('last-gasp over DLMS: encode and seal', () => {
      module.sealUplink(ends, LAST_GASP, { number: 1, counter: counter++ }, null);
    })
    .add('last-gasp over DLMS: open and read', () => {
      const heard = host.open(sealed, known);
      if (typeof heard !== 'string' && heard.kind === 'uplink') heard.read();
    })
    .add('last-gasp over MQTT: encode a PUBLISH', () => {
      mqtt.sealUplink(ends, LAST_GASP, { number: 1, counter: counter++ }, null);
    });
}
