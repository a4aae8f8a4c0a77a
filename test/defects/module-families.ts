import type { Defect } from '../../devices/defects/defect.ts';

/** Families about the module's life in the network; the law over them has a file of its own, for time. */
const FAMILIES = ['REG', 'PRV', 'RD'];

/** Whether a defect of the meter is one of its module's life. */
export function isOfTheModule({ mustTurn }: Defect): boolean {
  return mustTurn.some((requirement) => FAMILIES.includes(requirement.split('-')[0] ?? ''));
}
