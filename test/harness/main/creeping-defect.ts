import type { Defect } from '../../../devices/defects/defect.ts';

/** A foreign defect: the meter registers 6 W without a current, a pulse in ten minutes. */
const creeping: Defect = {
  id: 'creeping',
  title: 'The meter creeps',
  mustTurn: [],
  mayTurn: [],
  meterRules: { creepMilliWatts: () => 6_000 },
};

export default creeping;
