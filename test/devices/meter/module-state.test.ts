import { expect, test } from 'vitest';
import {
  MODULE_STATES,
  type ModuleAction,
  type ModuleEvent,
  type ModuleState,
  moduleTransition,
} from '../../../devices/meter/module-state.ts';

/** [state, event, state afterwards, what is done]; null: the event means nothing there. */
const TABLE: readonly (readonly [
  ModuleState,
  ModuleEvent,
  ModuleState | null,
  ModuleAction | null,
])[] = [
  ['pre-configured', 'booted', 'pre-configured', 'auto-configure'],
  ['pre-configured', 'parameters-complete', 'configured', 'register'],
  ['pre-configured', 'registration-accepted', null, null],
  ['configured', 'booted', 'configured', 'register-anew'],
  ['configured', 'parameters-complete', null, null],
  ['configured', 'registration-accepted', 'placed', 'confirm'],
  ['placed', 'booted', 'placed', 'register-anew'],
  ['placed', 'parameters-complete', null, null],
  ['placed', 'registration-accepted', 'placed', 'confirm'],
];

test.each(TABLE)('%s, %s: %s, %s', (state, event, to, action) => {
  expect(moduleTransition(state, event)).toEqual(to === null ? undefined : { to, action });
});

test('the table asks every event of every state', () => {
  const asked = new Set(TABLE.map(([state, event]) => `${state} ${event}`));
  expect(asked.size).toBe(MODULE_STATES.length * 3);
});
