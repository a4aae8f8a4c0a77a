import { DEFECTS } from '../../devices/defects/index.ts';
import { eachTurnsItsOwn } from './law.ts';

eachTurnsItsOwn(
  DEFECTS.filter(
    ({ meterRules, needsWallTime }) => meterRules === undefined && needsWallTime !== true,
  ),
);
