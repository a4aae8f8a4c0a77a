import { formatQuantity, type Quantity } from '../../devices/domain/quantity.ts';
import { BenchError } from '../port/bench.ts';

/**
 * The last guard before a source: the plan has refused this already.
 * @throws BenchError (scenario) when more is asked than the rig and its meter bear
 */
export function refuseBeyond(name: string, limit: number, asked: Quantity): void {
  if (asked.value <= limit) return;
  const most = formatQuantity({ ...asked, value: limit });
  throw new BenchError('scenario', `${name}: asked for ${formatQuantity(asked)}, limit ${most}`);
}
