import type { MeterProfile } from '../../../domain/profile.ts';
import { activationAt } from '../../../protocol/c12-19/project/pending-tables.ts';
import type { TableContext } from '../../../protocol/c12-19/tables.ts';
import { at } from '../../clock.ts';
import { pendingTables } from '../../configuration.ts';
import { CONFIGURATION_TABLES } from '../../configuration-columns.ts';
import { MODE, STATUS } from '../../end-device-columns.ts';
import { endDeviceOf } from '../../end-device.ts';
import { instantMs, type Subject, type TableMakers } from './subject.ts';

/** Decade 0 but for ST0: who the meter is, how it is, what is pending. */

const HARDWARE = { version: 1, revision: 0 } as const;

/** Until somebody writes them, all of its texts are empty. */
const UTILITY_TEXTS = [
  'OWNER_NAME',
  'UTILITY_DIV',
  'SERVICE_POINT_ID',
  'ELEC_ADDR',
  'DEVICE_ID',
  'UTIL_SER_NO',
  'CUSTOMER_ID',
  'COORDINATE_1',
  'COORDINATE_2',
  'COORDINATE_3',
  'TARIFF_ID',
  'PROGRAMMER_NAME',
  'MISC_ID',
] as const;
const NO_SOFTWARE = { SW_VENDOR: '', SW_VERSION_NUMBER: 0, SW_REVISION_NUMBER: 0 } as const;

export const GENERAL_TABLES: TableMakers = {
  1: ({ meters, row, serial }) => ({
    MANUFACTURER: meters.profile.manufacturer.slice(0, 4).toUpperCase(),
    ED_MODEL: meters.profile.model.slice(0, 8).trim(),
    HW_VERSION_NUMBER: HARDWARE.version,
    HW_REVISION_NUMBER: HARDWARE.revision,
    FW_VERSION_NUMBER: at(endDeviceOf(meters).firmwareVersion, row),
    FW_REVISION_NUMBER: at(endDeviceOf(meters).firmwareRevision, row),
    MFG_SERIAL_NUMBER: serial.slice(0, 16),
  }),
  2: ({ meters }) => nameplate(meters.profile),
  3: modeAndStatus,
  4: pendingStatus,
  5: ({ serial }) => ({ IDENTIFICATION: serial.slice(0, 20) }),
  6: () => ({
    ...Object.fromEntries(UTILITY_TEXTS.map((name) => [name, ''])),
    EX1: NO_SOFTWARE,
    EX2: NO_SOFTWARE,
  }),
};

function nameplate(profile: MeterProfile): Readonly<Record<string, unknown>> {
  return {
    E_KH: profile.khWattHours.toFixed(1),
    E_KT: profile.khWattHours.toFixed(1),
    E_INPUT_SCALAR: 1,
    E_ED_CONFIG: profile.form,
    // Codes of frequency, base and class as a recorded GE I-210+c of form 2S shows them.
    E_ELEMENTS: {
      E_FREQUENCY: 3,
      E_NO_OF_ELEMENTS: profile.elements,
      E_BASE_TYPE: 1,
      E_ACCURACY_CLASS: 0,
    },
    E_VOLTS: { E_ELEMENTS_VOLTS: 5, E_ED_SUPPLY_VOLTS: 0 },
    E_ED_CLASS_MAX_AMPS: String(profile.classCurrentMilliAmps / 1000),
    E_TA: String(profile.testCurrentMilliAmps / 1000),
  };
}

/**
 * Only what the model knows is ever flagged: its clock and its battery cannot fail, so that it says
 * nothing of them.
 */
function modeAndStatus({ meters, row }: Subject): Readonly<Record<string, unknown>> {
  const endDevice = endDeviceOf(meters);
  const mode = at(endDevice.mode, row);
  const status = at(endDevice.status, row);
  return {
    ED_MODE: {
      METERING_FLAG: mode === MODE.metering,
      TEST_MODE_FLAG: mode === MODE.test,
      METER_SHOP_MODE_FLAG: mode === MODE.shop,
      FACTORY_FLAG: mode === MODE.factory,
    },
    ED_STD_STATUS1: {
      UNPROGRAMMED_FLAG: (status & STATUS.unprogrammed) !== 0,
      SELF_CHK_ERROR_FLAG: (status & STATUS.selfCheckError) !== 0,
      POWER_FAILURE_FLAG: (status & STATUS.powerFailure) !== 0,
    },
    ED_STD_STATUS2: 0,
    ED_MFG_STATUS: at(endDevice.manufacturerStatus, row).toString(16).padStart(2, '0'),
  };
}

/** All tables of the configuration memory can be pending; entries that are not used name ST0. */
function pendingStatus(
  { meters, row }: Subject,
  context: TableContext,
): Readonly<Record<string, unknown>> {
  const pending = pendingTables(meters, row);
  const entries = CONFIGURATION_TABLES.map((_, place) => {
    const entry = pending[place];
    return {
      EVENT: activationAt(instantMs(entry?.atSeconds ?? 0), context),
      TABLE_SELECTOR: { TBL_NBR: entry?.table ?? 0, PENDING_FLAG: entry !== undefined },
    };
  });
  return {
    STANDARD_PENDING: CONFIGURATION_TABLES,
    MANUFACTURE_PENDING: [],
    LAST_ACTIVATION_DATE_TIME: instantMs(
      meters.configuration === null ? 0 : at(meters.configuration.lastActivationSeconds, row),
    ),
    NBR_PENDING_ACTIVATION: pending.length,
    PENDING_TABLES: entries,
  };
}
