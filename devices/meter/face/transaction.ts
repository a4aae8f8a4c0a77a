import type { MeterIdentity } from '../../domain/identity.ts';
import type { Transaction, TransactionAnswer } from '../../protocol/centron-gprs/messages.ts';
import { isTitle } from '../../protocol/c12-22/ap-title.ts';
import type { Meters } from '../columns.ts';
import type { MeterInput } from '../input.ts';
import { intervalBlock } from '../intervals.ts';
import { moduleOf, parametersOf } from '../module.ts';
import { settingsOf } from '../settings.ts';

/** What a module does when it is asked, and what it says to it. */

export interface TransactionContext {
  readonly meters: Meters;
  readonly row: number;
  readonly nowNs: number;
  readonly identity: MeterIdentity;
  readonly rssiDbm: number;
  /** Hands an input to the model. @returns whether it took it over */
  readonly give: (input: MeterInput) => boolean;
}

/** Compares a PIN in a time that does not depend on where it differs. */
export function isRightPin(own: Uint8Array, sent: Uint8Array): boolean {
  let difference = own.length ^ sent.length;
  for (let place = 0; place < own.length; place++) {
    difference |= (own[place] ?? 0) ^ (sent[place] ?? 0);
  }
  return difference === 0;
}

/** Executes a transaction whose sender is believed. */
export function executeTransaction(
  transaction: Transaction,
  { meters, row, nowNs, identity, rssiDbm, give }: TransactionContext,
): TransactionAnswer {
  switch (transaction.kind) {
    case 'get-version': {
      const { moduleVersion, metrologyVersion } = identity;
      return { outcome: 'version', moduleVersion, metrologyVersion };
    }
    case 'write-parameter':
      if (transaction.key === 'tms-ap-title' && !isTitle(transaction.value)) return NOT_TAKEN;
      return doneWhen(give(transaction));
    case 'configure-clock-sync':
    case 'configure-outage-alarms':
    case 'configure-intervals':
    case 'configure-push':
    case 'configure-event-alarms':
      return doneWhen(give(transaction));
    case 'read-parameters':
      return { outcome: 'parameters', parameters: parametersOf(moduleOf(meters), row) };
    case 'read-settings':
      return { outcome: 'settings', settings: settingsOf(meters, row) };
    case 'read-intervals': {
      const block = intervalBlock(meters, row, nowNs, transaction.count);
      return block.pulses.length > 0 ? { outcome: 'intervals', block } : NOT_READY;
    }
    case 'read-coverage':
      return { outcome: 'coverage', rssiDbm };
  }
}

const NOT_TAKEN: TransactionAnswer = { outcome: 'refused', code: 'iar', wrongPin: false };
/** No interval is complete yet. */
const NOT_READY: TransactionAnswer = { outcome: 'refused', code: 'dnr', wrongPin: false };

function doneWhen(taken: boolean): TransactionAnswer {
  return taken ? { outcome: 'done' } : NOT_TAKEN;
}
