import type { Defect } from '../../../devices/defects/defect.ts';

/** A foreign defect: the meter registers nothing below 1 A. */
const lazy: Defect = {
  id: 'lazy',
  title: 'The meter starts at 1 A',
  mustTurn: [],
  mayTurn: [],
  meterRules: {
    registrationErrorPpm: ({ currentMilliAmps }) => (currentMilliAmps < 1_000 ? -1_000_000 : 0),
  },
};

export default lazy;
