/** Settings as transactions, and the head-end's copy of them. */
import type { MeterSettings, TransactionKind } from '../domain/northbound.ts';
import type { Transaction } from '../protocol/centron-gprs/messages.ts';
import { encodeTransaction } from '../protocol/centron-gprs/transaction.ts';

/** Steps that set something, in the order in which an operator's change is sent. */
export const SETTING_STEPS = [
  'configure-intervals',
  'configure-push',
  'configure-outage-alarms',
  'configure-clock-sync',
] as const satisfies readonly TransactionKind[];

/**
 * The transaction of a step that sets or reads settings; null when what it would set is unset,
 * which the utility leaves to the meter.
 */
export function transactionOf(
  step: TransactionKind,
  settings: MeterSettings,
  clockEnabled = true,
): Transaction | null {
  switch (step) {
    case 'configure-intervals': {
      const { intervalMinutes } = settings;
      return intervalMinutes === 0 ? null : { kind: step, intervalMinutes };
    }
    case 'configure-push':
      return { kind: step, everyMinutes: settings.pushEveryMinutes };
    case 'configure-outage-alarms': {
      const { declareAfterMs, restoreAfterMs } = settings;
      if (declareAfterMs === null || restoreAfterMs === null) return null;
      return { kind: step, declareAfterMs, restoreAfterMs };
    }
    case 'configure-clock-sync': {
      const { clockLowerMs: lowerMs, clockUpperMs: upperMs, clockCycleMs: cycleMs } = settings;
      if (lowerMs === null || upperMs === null || cycleMs === null) return null;
      return { kind: step, enabled: clockEnabled, lowerMs, upperMs, cycleMs };
    }
    case 'get-version':
    case 'read-settings':
    case 'read-parameters':
    case 'read-coverage':
      return { kind: step };
    case 'write-parameter':
    case 'configure-event-alarms':
    case 'read-intervals':
      return null;
  }
}

/** @throws CodecError when a value fits no transaction, so that it is refused before anything is sent */
export function checkSettings(settings: MeterSettings): void {
  for (const step of SETTING_STEPS) {
    const transaction = transactionOf(step, settings);
    if (transaction !== null) encodeTransaction(transaction, null);
  }
}

/** A copy whose unset values are the meter's own. */
export function completedBy(held: MeterSettings, meter: MeterSettings): MeterSettings {
  return {
    intervalMinutes: held.intervalMinutes === 0 ? meter.intervalMinutes : held.intervalMinutes,
    pushEveryMinutes: held.pushEveryMinutes,
    declareAfterMs: held.declareAfterMs ?? meter.declareAfterMs,
    restoreAfterMs: held.restoreAfterMs ?? meter.restoreAfterMs,
    clockLowerMs: held.clockLowerMs ?? meter.clockLowerMs,
    clockUpperMs: held.clockUpperMs ?? meter.clockUpperMs,
    clockCycleMs: held.clockCycleMs ?? meter.clockCycleMs,
  };
}
