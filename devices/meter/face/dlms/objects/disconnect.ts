import { type Data, number, numberIn } from '../../../../protocol/dlms/data.ts';
import type { Obis } from '../../../../protocol/dlms/obis.ts';
import type { ActionResult } from '../../../../protocol/dlms/result.ts';
import { at } from '../../../clock.ts';
import { cosemOf, overridden } from '../../../cosem.ts';
import { CONTROL_STATE } from '../../../cosem-columns.ts';
import { ACCESS, type CosemObject, kept, live, method, object } from '../object.ts';
import type { Subject } from '../subject.ts';
import { flag } from '../values.ts';

/** Disconnect control (class 70) and limiter (71). The breaker is the model's: open, no load is taken. */

const DISCONNECT_CONTROL: Obis = '0.0.96.3.10.255';
const LIMITER: Obis = '0.0.17.0.0.255';
const MODE = 4;

/**
 * What a remote reconnection does in each control_mode (Blue Book, class 70): in modes 1, 3, 5 and 6
 * somebody has to press a button besides, in mode 0 nothing is ever switched.
 */
const RECONNECTION: readonly ('connected' | 'readyForReconnection' | null)[] = [
  null,
  'readyForReconnection',
  'connected',
  'readyForReconnection',
  'connected',
  'readyForReconnection',
  'readyForReconnection',
  'connected',
];
const INITIAL_MODE = 4;

export const DISCONNECT_OBJECTS: readonly CosemObject[] = [
  object(
    70,
    0,
    DISCONNECT_CONTROL,
    [
      live(2, (subject) => flag(stateOf(subject) === CONTROL_STATE.connected)),
      live(3, (subject) => number('enum', stateOf(subject))),
      kept(MODE, number('enum', INITIAL_MODE), ACCESS.settable, isMode),
    ],
    [method(1, disconnect), method(2, reconnect)],
  ),
  object(71, 0, LIMITER, [
    kept(3, number('double-long-unsigned', 0)),
    kept(4, number('double-long-unsigned', 0)),
    kept(6, number('double-long-unsigned', 0)),
    kept(7, number('double-long-unsigned', 0)),
  ]),
];

function stateOf({ meters, row }: Subject): number {
  return at(cosemOf(meters).controlState, row);
}

function isMode(value: Data): boolean {
  const mode = numberIn(value);
  return mode !== null && mode < RECONNECTION.length;
}

function modeOf({ meters, row }: Subject): number {
  return numberIn(overridden(meters, row, DISCONNECT_CONTROL, MODE)) ?? INITIAL_MODE;
}

function disconnect(subject: Subject): ActionResult {
  if (modeOf(subject) === 0) return 'other-reason';
  subject.operate({ kind: 'switch-load', to: 'disconnected' });
  return 'success';
}

function reconnect(subject: Subject): ActionResult {
  const to = RECONNECTION[modeOf(subject)] ?? null;
  if (to === null) return 'other-reason';
  if (stateOf(subject) !== CONTROL_STATE.connected) subject.operate({ kind: 'switch-load', to });
  return 'success';
}
