import type { Defect } from './defect.ts';

export const confirmsBeforeRegistered: Defect = {
  id: 'confirms-before-registered',
  title: 'A module confirms a registration that nobody answered yet',
  mustTurn: ['REG-05'],
  mayTurn: ['REG-02'],
  meterRules: {
    confirmsWhen: () => 'sent',
  },
};
