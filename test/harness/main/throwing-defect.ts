import type { Defect } from '../../../devices/defects/defect.ts';

/** A foreign defect as a user may write it, with a fault of its own. */
const throwing: Defect = {
  id: 'throwing',
  title: 'A rule that throws',
  mustTurn: [],
  mayTurn: [],
  meterRules: {
    lastGaspSent: () => {
      throw new Error('the rule broke');
    },
  },
};

export default throwing;
