import {
  type Data,
  number,
  octetString,
  elementsOf,
  numberIn,
} from '../../../../protocol/dlms/data.ts';
import { unwrapKey } from '../../../../protocol/dlms/security/key-wrap.ts';
import type { ActionResult } from '../../../../protocol/dlms/result.ts';
import type { KeyRing } from '../../../cosem-columns.ts';
import { usedCounter } from '../../../invocation-counter.ts';
import { SECURITY_SETUP } from '../associations.ts';
import { keysOf } from '../keys.ts';
import { ACCESS, type CosemObject, data, fixed, kept, live, method, object } from '../object.ts';
import type { Subject } from '../subject.ts';
import { EMPTY_OCTETS, amount } from '../values.ts';

/** Security setup (class 64) and the counter that a client may need to be in step again. */

const INVOCATION_COUNTER = '0.0.43.1.0.255';

/** Policy of version 0: nothing, authenticated, encrypted, both. */
const POLICY = { none: 0, both: 3 } as const;
const SUITE_0 = 0;
const KEY_OCTETS = 16;

/** key_id of key_transfer. */
const KEY_NAMES: readonly (keyof KeyRing)[] = [
  'encryption',
  'broadcast',
  'authentication',
  'master',
];

export const SECURITY_OBJECTS: readonly CosemObject[] = [
  object(
    64,
    0,
    SECURITY_SETUP,
    [
      live(
        2,
        ({ association }) => number('enum', association.ciphered ? POLICY.both : POLICY.none),
        ACCESS.managed,
      ),
      fixed(3, number('enum', SUITE_0), ACCESS.managed),
      kept(4, EMPTY_OCTETS, ACCESS.managed),
      live(5, ({ identity }) => octetString(identity.systemTitle), ACCESS.managed),
    ],
    [method(1, activatePolicy), method(2, transferKeys)],
  ),
  data(
    INVOCATION_COUNTER,
    ({ meters, row }) => amount('double-long-unsigned', usedCounter(meters, row)),
    ACCESS.open,
  ),
];

/** Whoever asks for what the policy is already gets it; it cannot be weakened. */
function activatePolicy({ association }: Subject, parameters: Data | null): ActionResult {
  const policy = numberIn(parameters);
  if (parameters?.type !== 'enum' || policy === null) return 'type-unmatched';
  return policy === (association.ciphered ? POLICY.both : POLICY.none) ? 'success' : 'other-reason';
}

/** All keys of one transfer are taken over, or none of them. */
function transferKeys(subject: Subject, parameters: Data | null): ActionResult {
  const transfers = elementsOf(parameters);
  if (parameters?.type !== 'array' || transfers === null) return 'type-unmatched';
  const present = keysOf(subject);
  let changed: KeyRing = present;
  for (const transfer of transfers) {
    const [id, wrapped] = elementsOf(transfer, 2) ?? [];
    if (id?.type !== 'enum' || wrapped?.type !== 'octet-string') return 'type-unmatched';
    const key = unwrapKey(present.master, wrapped.bytes);
    const name = KEY_NAMES[id.value];
    if (key?.length !== KEY_OCTETS || name === undefined) return 'other-reason';
    changed = { ...changed, [name]: key };
  }
  subject.operate({ kind: 'change-keys', keys: changed });
  return 'success';
}
