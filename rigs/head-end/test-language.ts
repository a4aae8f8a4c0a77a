/** The languages of the test fleet with its public keys, for both ends of a process. */
import type { LanguageName } from '../../devices/domain/language.ts';
import type { ServerName } from '../../devices/head-end/store.ts';
import type { ApTitle } from '../../devices/protocol/c12-22/ap-title.ts';
import { C1222HostLanguage } from '../../devices/protocol/centron-gprs/c12-22/host.ts';
import { C1222ModuleLanguage } from '../../devices/protocol/centron-gprs/c12-22/module.ts';
import { DlmsHostLanguage } from '../../devices/protocol/dlms/link/host.ts';
import { DlmsModuleLanguage } from '../../devices/protocol/dlms/link/module.ts';
import type { HostLanguage, ModuleLanguage } from '../../devices/protocol/centron-gprs/language.ts';
import type { MqttAccount } from '../../devices/protocol/mqtt/link/account.ts';
import { MqttHostLanguage } from '../../devices/protocol/mqtt/link/host.ts';
import { MqttModuleLanguage } from '../../devices/protocol/mqtt/link/module.ts';
import {
  CONFIGURATION_SERVER_TITLE,
  HEAD_END_TITLE,
  type TestCiphers,
  testCiphers,
  testDlmsKeys,
} from './test-keys.ts';

const TITLES: Readonly<Record<ServerName, ApTitle>> = {
  'head-end': HEAD_END_TITLE,
  'configuration-server': CONFIGURATION_SERVER_TITLE,
};

/** Where the test fleet's meters and servers meet at a broker. */
export const TEST_ACCOUNT: MqttAccount = {
  root: 'meterbench/v1',
  customer: 'test-fleet',
  encoding: 'cbor',
};

/** One language with its keys: hand one of these to both ends, and each key stands in memory once. */
export interface TestLanguage {
  readonly name: LanguageName;
  readonly module: ModuleLanguage;
  host(server: ServerName): HostLanguage;
}

/** @param ciphers those of C12.22, when somebody else in the process has them already */
export function testLanguage(
  name: LanguageName,
  ciphers: TestCiphers = testCiphers(),
): TestLanguage {
  switch (name) {
    case 'c12-22':
      return {
        name,
        module: new C1222ModuleLanguage(ciphers),
        host: (server) => new C1222HostLanguage(TITLES[server], ciphers),
      };
    case 'dlms': {
      const keysOf = testDlmsKeys();
      return {
        name,
        module: new DlmsModuleLanguage(keysOf),
        host: (server) => new DlmsHostLanguage(TITLES[server], keysOf),
      };
    }
    case 'mqtt':
      return {
        name,
        module: new MqttModuleLanguage(TEST_ACCOUNT),
        host: (server) => new MqttHostLanguage(server, TEST_ACCOUNT),
      };
  }
}
