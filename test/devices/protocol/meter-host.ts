import { fromHex } from '../../../devices/protocol/bytes/hex.ts';
import { checkAccess, samePassword } from '../../../devices/protocol/psem/access.ts';
import type { AccessRules } from '../../../devices/protocol/psem/access.ts';
import type { ResponseCode } from '../../../devices/protocol/psem/response-code.ts';
import type { TableHost } from '../../../devices/protocol/psem/table-host.ts';
import { ANSI } from './vectors.ts';

export const PASSWORD = 'right password';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A host whose tables are the recorded ones, with what it was asked written down. */
export interface RecordedHost extends Mutable<TableHost> {
  readonly calls: string[];
  readonly tables: Map<number, Uint8Array>;
  /** Told of every write. */
  written: (table: number, bytes: Uint8Array) => void;
  /** A meter that does not leaves ST8 as it was. */
  runsProcedures: boolean;
  /** May refuse a read that clearance permits. */
  beforeRead: () => ResponseCode;
}

/** The recorded I-210+c as a table host; ST7 is answered in ST8 with result 0 and two bytes. */
export function recordedHost(rules: Partial<AccessRules> = {}): RecordedHost {
  const map = ANSI.i210c_access_map;
  const access: AccessRules = {
    open: new Set(map.readable),
    secured: new Set(map.isc03),
    locked: new Set(map.dlk08),
    writable: new Set([5, 7]),
    ...rules,
  };
  const tables = new Map<number, Uint8Array>();
  for (const { table, hex } of ANSI.c1219_tables) {
    if (!tables.has(table)) tables.set(table, fromHex(hex));
  }
  const calls: string[] = [];
  const host: RecordedHost = {
    calls,
    tables,
    identity: { standard: 0, version: 1, revision: 0, features: new Uint8Array() },
    logon: (userId, user) => {
      calls.push(`logon ${userId} '${user}'`);
      return user === 'stranger' ? 'iar' : 'ok';
    },
    security: (password) => samePassword(new TextEncoder().encode(PASSWORD), password),
    access: (table, operation, secured) => checkAccess(access, table, operation, secured),
    written: () => undefined,
    runsProcedures: true,
    beforeRead: () => 'ok',
    readTable: (table) => {
      const code = host.beforeRead();
      return code === 'ok' ? (tables.get(table) ?? 'dnr') : code;
    },
    writeTable: (table, offset, bytes) => {
      calls.push(`write ${table} at ${offset}: ${bytes.length} bytes`);
      host.written(table, bytes);
      if (table === 7 && host.runsProcedures) {
        tables.set(8, Uint8Array.of(...bytes.slice(0, 3), 0, 0xca, 0xfe));
      }
      return 'ok';
    },
    sessionEnded: (how) => calls.push(`ended ${how}`),
  };
  return host;
}
