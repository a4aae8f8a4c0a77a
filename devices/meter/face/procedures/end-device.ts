import { valueAt } from '../../../protocol/c12-19/layout.ts';
import type { TableValue } from '../../../protocol/c12-19/tables.ts';
import type { ModeName } from '../../end-device-columns.ts';
import { SEASONS } from '../tables/time.ts';
import { COMPLETED, INVALID, operation, RESULT, type StandardProcedures } from './procedure.ts';

/** Procedures that touch the meter as a whole: starts, data, mode, flags, registers. */
export const END_DEVICE_PROCEDURES: StandardProcedures = {
  'cold-start': (call) => operation(call, { kind: 'cold-start' }),
  'warm-start': (call) => operation(call, { kind: 'warm-start' }),
  /** What is written is non-volatile at once: nothing is left to save. */
  'save-configuration': () => COMPLETED,
  'clear-data': (call) => operation(call, { kind: 'clear-data' }),
  'change-end-device-mode': (call, parameters) => {
    const mode = modeAsked(parameters);
    if (mode === null) return INVALID;
    if (!call.meters.rules.modeAllowed(mode)) return { result: RESULT.notAuthorised };
    return operation(call, { kind: 'change-mode', mode });
  },
  'clear-standard-status-flags': (call) =>
    operation(call, { kind: 'clear-status', flags: 'standard' }),
  'clear-manufacturer-status-flags': (call) =>
    operation(call, { kind: 'clear-status', flags: 'manufacturer' }),
  'remote-reset': (call, { ACTION_FLAG: flags }) => {
    const [demandReset, selfRead, seasonChange] = [
      'DEMAND_RESET_FLAG',
      'SELF_READ_FLAG',
      'SEASON_CHANGE_FLAG',
    ].map((flag) => valueAt(flags, flag) === true);
    const season = seasonChange === true ? Number(valueAt(flags, 'NEW_SEASON')) : null;
    const nothing = demandReset !== true && selfRead !== true && season === null;
    if (nothing || (season !== null && season >= SEASONS)) return INVALID;
    return operation(call, {
      kind: 'remote-reset',
      demandReset: demandReset === true,
      selfRead: selfRead === true,
      season,
    });
  },
  /** RESP_DATA, of the project's own making: 00 when all is in order, 01 when something failed. */
  'execute-diagnostics': (call) => {
    const passed = call.meters.rules.selfTestPassed();
    operation(call, { kind: 'self-test' });
    return { result: RESULT.completed, data: { RESP_DATA: passed ? '00' : '01' } };
  },
};

const MODE_FLAGS: Readonly<Record<string, ModeName>> = {
  METERING_FLAG: 'metering',
  TEST_MODE_FLAG: 'test',
  METER_SHOP_MODE_FLAG: 'shop',
  FACTORY_FLAG: 'factory',
};

/** The one mode that is asked for; null when it is none, or more than one. */
function modeAsked({ ED_MODE: flags }: TableValue): ModeName | null {
  const asked = Object.entries(flags as Readonly<Record<string, unknown>>).flatMap(
    ([flag, value]) => (value === false ? [] : [MODE_FLAGS[flag] ?? null]),
  );
  return asked.length === 1 ? (asked[0] ?? null) : null;
}
