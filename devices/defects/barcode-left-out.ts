import type { Defect } from './defect.ts';

export const barcodeLeftOut: Defect = {
  id: 'barcode-left-out',
  title: 'The barcode of a unit is not kept in its record',
  mustTurn: ['REG-11'],
  mayTurn: ['REG-10', 'RD-08'],
  headEndRules: {
    identityKept: (identity) => ({ ...identity, barcode: '' }),
  },
};
