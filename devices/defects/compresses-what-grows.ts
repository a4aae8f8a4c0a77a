import type { Defect } from './defect.ts';

export const compressesWhatGrows: Defect = {
  id: 'compresses-what-grows',
  title: 'The module sends also that compressed which gets longer by it',
  mustTurn: ['RD-08'],
  mayTurn: [],
  meterRules: {
    sentCompressed: () => true,
  },
};
