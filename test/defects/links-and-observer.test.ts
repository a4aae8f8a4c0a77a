import { DEFECTS } from '../../devices/defects/index.ts';
import { eachTurnsItsOwn } from './law.ts';

eachTurnsItsOwn(
  DEFECTS.filter(
    ({ meterRules, headEndRules, needsWallTime }) =>
      meterRules === undefined && headEndRules === undefined && needsWallTime !== true,
  ),
);
