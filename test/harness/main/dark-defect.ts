import type { Defect } from '../../../devices/defects/defect.ts';

/** A foreign defect: the test LED is dark, which to a bench is a scanning head that sees nothing. */
const dark: Defect = {
  id: 'dark',
  title: 'The test LED gives no pulses',
  mustTurn: [],
  mayTurn: [],
  meterRules: { pulsesEmitted: () => false },
};

export default dark;
