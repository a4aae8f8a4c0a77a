/** The forms that ST0 chooses for times and register numbers. */
import type { ByteOrder } from '../bytes/byte-reader.ts';
import { CodecError } from '../bytes/codec-error.ts';
import { numberAt, valueAt } from './layout.ts';
import type { TableContext } from './layout.ts';

/** What ST0 says about the bytes of all other tables. */
export interface Formats {
  readonly order: ByteOrder;
  readonly time: number;
  readonly ni1: number;
  readonly ni2: number;
}

/** Formats for ST0 itself, which holds nothing that depends on them. */
const BEFORE_ST0: Formats = { order: 'little-endian', time: 0, ni1: 0, ni2: 0 };

/** @throws CodecError when ST0 is not in the context, or asks for integers other than two's complement */
export function formatsFor(table: number, context: TableContext): Formats {
  if (table === 0) return BEFORE_ST0;
  const general = context[0];
  if (general === undefined) throw new CodecError(`ST0 has to be known before ST${table}`);
  if (numberAt(general, 'FORMAT_CONTROL_2.INT_FORMAT') !== 0) {
    throw new CodecError("ST0 INT_FORMAT: only two's complement is known here");
  }
  return {
    order:
      valueAt(general, 'FORMAT_CONTROL_1.DATA_ORDER') === true ? 'big-endian' : 'little-endian',
    time: numberAt(general, 'FORMAT_CONTROL_2.TM_FORMAT'),
    ni1: numberAt(general, 'FORMAT_CONTROL_3.NI_FORMAT1'),
    ni2: numberAt(general, 'FORMAT_CONTROL_3.NI_FORMAT2'),
  };
}
