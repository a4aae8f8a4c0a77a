import { formatQuantity, type Unit } from '../../devices/domain/quantity.ts';
import type { InstrumentDescription } from '../driver/instrument-block.ts';
import { BenchError } from '../port/bench.ts';

/**
 * Expanded uncertainty (k = 2) in a unit as the rig file declares it; null when it declares none.
 * @throws BenchError (rig) when it is declared in the unit of something else
 */
export function declaredUncertainty(
  name: string,
  unit: Unit,
  instrument: InstrumentDescription | null,
): number | null {
  const declared = instrument?.uncertainty ?? null;
  if (declared === null) return null;
  if (declared.unit === unit) return (declared.expanded * 2) / declared.coverageFactor;
  const example = formatQuantity({ value: 1000, unit });
  const written = formatQuantity({ value: declared.expanded, unit: declared.unit });
  throw new BenchError('rig', `${name}: U is ${written}, awaited one in the unit of ${example}`);
}
