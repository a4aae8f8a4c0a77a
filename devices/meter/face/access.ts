import { checkAccess, type AccessRules } from '../../protocol/psem/access.ts';
import type { ResponseCode } from '../../protocol/psem/response-code.ts';
import type { TableOperation } from '../../protocol/psem/table-host.ts';
import { DOWNLOAD_TABLES } from '../../protocol/c12-19/project/download.ts';
import { pendingTableId } from '../../protocol/c12-19/project/pending-tables.ts';
import { CONFIGURATION_TABLES } from '../configuration-columns.ts';
import { ST7, TABLES_USED } from './tables/index.ts';

/**
 * Who may do what with which table, as a recorded GE I-210+c has it: some tables are open to
 * anybody who has logged on, ST26 is locked until the password was given, the others want it.
 * Tables 4, 20, 50 and 55 are missing there; we have them, behind the password, as all that a
 * reader of the standard may ask for.
 */
const OPEN_TABLES: readonly number[] = [0, 1, 2, 3, 5, 6, 27, 52];
const SELF_READS = 26;

const pending = CONFIGURATION_TABLES.map(pendingTableId);

const UNLOCKED: AccessRules = {
  open: new Set(OPEN_TABLES),
  secured: new Set([
    ...TABLES_USED.filter((table) => table !== ST7 && !OPEN_TABLES.includes(table)),
    ...pending,
    DOWNLOAD_TABLES.imageStatus,
  ]),
  locked: new Set(),
  writable: new Set([ST7, ...CONFIGURATION_TABLES, ...pending, DOWNLOAD_TABLES.imageData]),
};
const LOCKED: AccessRules = { ...UNLOCKED, locked: new Set([SELF_READS]) };

/** What the meter says to an operation before it looks at any bytes. */
export function accessTo(table: number, operation: TableOperation, secured: boolean): ResponseCode {
  return checkAccess(secured ? UNLOCKED : LOCKED, table, operation, secured);
}
