import { expect, test } from 'vitest';
import {
  CHANNEL_STATUS,
  COMMON_STATUS,
} from '../../../devices/protocol/c12-19/load-profile-tables.ts';
import { INTERVAL_FLAGS } from '../../../harness/scenario/expectation-schema.ts';

test('the flags that may be expected are those that a load profile can carry', () => {
  const carried = [...Object.keys(COMMON_STATUS), ...CHANNEL_STATUS];
  expect(INTERVAL_FLAGS).toEqual(carried.filter((flag) => flag !== 'fine'));
});
