import { CodecError } from '../../protocol/bytes/codec-error.ts';
import { samePassword } from '../../protocol/psem/access.ts';
import type { Refusal, ResponseCode } from '../../protocol/psem/response-code.ts';
import type { TableHost, TableOperation } from '../../protocol/psem/table-host.ts';
import {
  DOWNLOAD_LAYOUTS,
  DOWNLOAD_TABLES,
  encodeImageStatus,
} from '../../protocol/c12-19/project/download.ts';
import { tableIdOf } from '../../protocol/c12-19/project/pending-tables.ts';
import { locateElements, type Located } from '../../protocol/c12-19/locate.ts';
import {
  encodeTable,
  hasLayout,
  type TableContext,
  tableLayout,
} from '../../protocol/c12-19/tables.ts';
import { at } from '../clock.ts';
import type { Meters } from '../columns.ts';
import { writtenTable } from '../configuration.ts';
import { CONFIGURATION_TABLES } from '../configuration-columns.ts';
import { downloadOf, downloadResult, downloadState, firstMissingBlock } from '../download.ts';
import { endDeviceOf, isBusy } from '../end-device.ts';
import type { EndDeviceGroup } from '../end-device-columns.ts';
import type { MeterInput } from '../input.ts';
import { accessTo } from './access.ts';
import { runProcedure } from './procedures/index.ts';
import type { Digest, ProcedureCall } from './procedures/procedure.ts';
import { pendingBytes, writeConfiguration, writeImageBlock, writePending } from './table-writes.ts';
import { shapeOf, ST7, ST8, TABLE_MAKERS } from './tables/index.ts';

export interface MeterHostOptions {
  /** With the columns of registers. */
  readonly meters: Meters;
  readonly row: number;
  readonly serial: string;
  readonly password: Uint8Array;
  /** SHA-256, for images that are downloaded. */
  readonly sha256: Digest;
  /** Hands an input to the model at the present instant. */
  readonly give: (input: MeterInput) => void;
}

/**
 * One row of the table as the host of a C12.18 or C12.22 server: tables out of columns, writes and
 * procedures into inputs. It keeps what lives no longer than a session: the answer in ST8.
 * @throws RangeError for meters without the columns of registers
 */
export function createMeterHost(options: MeterHostOptions): TableHost {
  return new MeterHost(options);
}

class MeterHost implements TableHost {
  readonly identity = { standard: 0, version: 1, revision: 0, features: new Uint8Array() };
  readonly #options: MeterHostOptions;
  readonly #context: TableContext;
  readonly #endDevice: EndDeviceGroup;
  #response: Uint8Array | null = null;

  constructor(options: MeterHostOptions) {
    this.#options = options;
    this.#endDevice = endDeviceOf(options.meters);
    this.#context = shapeOf({ ...options, nowNs: 0 });
  }

  logon(_userId: number, _user: string, nowNs: number): ResponseCode {
    return this.busy(nowNs) ? 'bsy' : 'ok';
  }

  security(password: Uint8Array, nowNs: number): boolean {
    return !this.busy(nowNs) && samePassword(this.#options.password, password);
  }

  access(table: number, operation: TableOperation, secured: boolean): ResponseCode {
    return accessTo(table, operation, secured);
  }

  readTable(table: number, nowNs: number): Uint8Array | Refusal {
    if (this.busy(nowNs)) return 'bsy';
    if (table === ST8) return this.#response ?? 'dnr';
    if (table === DOWNLOAD_TABLES.imageStatus) return this.#imageStatus();
    const { table: number, manufacturer, pending } = tableIdOf(table);
    if (manufacturer) return 'iar';
    if (pending) return pendingBytes(this.#call(nowNs), number) ?? 'dnr';
    return this.#standardTable(number, nowNs);
  }

  locate(
    table: number,
    index: readonly number[],
    elements: number,
    nowNs: number,
  ): Located | Refusal {
    const bytes = this.readTable(table, nowNs);
    if (typeof bytes === 'string') return bytes;
    const layout = DOWNLOAD_LAYOUTS[table] ?? (hasLayout(table) ? tableLayout(table) : undefined);
    // A pending table is what its write was: an event and a table, for which there is no path.
    if (layout === undefined) return 'onp';
    return locateElements(table, layout, bytes, this.#context, index, elements);
  }

  writeTable(table: number, offset: number | null, bytes: Uint8Array, nowNs: number): ResponseCode {
    if (this.busy(nowNs)) return 'bsy';
    const call = this.#call(nowNs);
    if (table === ST7) return offset === null ? this.#start(call, bytes) : 'onp';
    if (table === DOWNLOAD_TABLES.imageData) {
      return offset === null ? writeImageBlock(call, bytes) : 'onp';
    }
    const whole = offset === null ? bytes : this.#patched(table, offset, bytes, nowNs);
    if (typeof whole === 'string') return whole;
    const { table: number, manufacturer, pending } = tableIdOf(table);
    if (manufacturer || !CONFIGURATION_TABLES.includes(number)) return 'iar';
    return pending ? writePending(call, number, whole) : writeConfiguration(call, number, whole);
  }

  #start(call: ProcedureCall, bytes: Uint8Array): ResponseCode {
    try {
      this.#response = runProcedure(call, bytes);
      return 'ok';
    } catch (error) {
      if (error instanceof CodecError) return 'err';
      throw error;
    }
  }

  /** The table as it will be when a part of it is written: it may not grow. */
  #patched(table: number, offset: number, bytes: Uint8Array, nowNs: number): Uint8Array | Refusal {
    const present = this.readTable(table, nowNs);
    if (typeof present === 'string') return present;
    if (offset + bytes.length > present.length) return 'onp';
    const patched = present.slice();
    patched.set(bytes, offset);
    return patched;
  }

  #standardTable(table: number, nowNs: number): Uint8Array | Refusal {
    const { meters, row } = this.#options;
    const written = writtenTable(meters, row, table);
    if (written !== null) return written;
    const value = TABLE_MAKERS[table]?.({ ...this.#options, nowNs }, this.#context);
    return value === undefined ? 'iar' : encodeTable(table, value, this.#context);
  }

  #imageStatus(): Uint8Array {
    const { meters, row } = this.#options;
    const download = downloadOf(meters, row);
    return encodeImageStatus(
      {
        ...(download?.announced ?? NO_IMAGE),
        state: downloadState(download),
        firstMissingBlock: download === null ? 0 : firstMissingBlock(download),
        lastResult: downloadResult(meters, row),
      },
      this.#context,
    );
  }

  #call(nowNs: number): ProcedureCall {
    const { meters, row, sha256, give } = this.#options;
    return { meters, row, nowNs, context: this.#context, sha256, give };
  }

  /** The meter starts anew. */
  busy(nowNs: number): boolean {
    return isBusy(this.#options.meters, this.#options.row, nowNs);
  }

  starts(): number {
    return at(this.#endDevice.restarts, this.#options.row);
  }
}

const NO_IMAGE = {
  kind: 'firmware',
  version: '',
  totalLength: 0,
  blockSize: 0,
  sha256: '00'.repeat(32),
} as const;
