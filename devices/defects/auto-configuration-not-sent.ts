import type { Defect } from './defect.ts';

export const autoConfigurationNotSent: Defect = {
  id: 'auto-configuration-not-sent',
  title: 'The module waits to be asked instead of announcing itself',
  mustTurn: ['REG-02'],
  mayTurn: ['REG-03', 'REG-04', 'REG-05'],
  meterRules: {
    autoConfigurationSent: () => false,
  },
};
