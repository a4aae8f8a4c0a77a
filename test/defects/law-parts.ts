import type { Defect } from '../../devices/defects/defect.ts';

/** Families about the module's life in the network, and about the clock. */
const FAMILIES = { module: ['REG', 'PRV', 'RD'], clock: ['CLK'] } as const;
export type LawPart = keyof typeof FAMILIES | 'meter';

/** Which file holds the law over a defect of the meter: several, so that they share the cores. */
export function partOf({ mustTurn }: Defect): LawPart {
  const families = mustTurn.map((requirement) => requirement.split('-')[0] ?? '');
  if (families.some((family) => FAMILIES.module.some((one) => one === family))) return 'module';
  if (families.some((family) => FAMILIES.clock.some((one) => one === family))) return 'clock';
  return 'meter';
}
