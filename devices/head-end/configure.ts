/** Settings of a meter outside provisioning, as an operator changes them. */
import type { MeterSettings, TransactionKind } from '../domain/northbound.ts';
import type { TransactionAnswer } from '../protocol/centron-gprs/messages.ts';
import { RESPONSE_MEANINGS } from '../protocol/psem/response-code.ts';
import { checkSettings, SETTING_STEPS, transactionOf } from './settings.ts';
import { UNSET_SETTINGS } from '../domain/northbound.ts';
import type { Shared } from './shared.ts';

/** What is to change; the rest stays as the head-end's copy has it. */
export type SettingsChange = Partial<MeterSettings> & { readonly clockEnabled?: boolean };

export interface ConfigureAnswer {
  readonly serial: string;
  readonly accepted: boolean;
  readonly detail: string;
}

/** How the detail of an answer ends when the meter gave none. */
export const UNANSWERED = 'no answer';

/** Which settings each step sets. */
const SETTINGS_OF: Readonly<
  Record<(typeof SETTING_STEPS)[number], readonly (keyof SettingsChange)[]>
> = {
  'configure-intervals': ['intervalMinutes'],
  'configure-push': ['pushEveryMinutes'],
  'configure-outage-alarms': ['declareAfterMs', 'restoreAfterMs'],
  'configure-clock-sync': ['clockLowerMs', 'clockUpperMs', 'clockCycleMs', 'clockEnabled'],
};

const CLOCK_UNSET = { clockLowerMs: null, clockUpperMs: null, clockCycleMs: null } as const;

/** Sends what changes, one transaction after the other until one is refused. */
export function configureMeter(
  shared: Shared,
  nowMs: number,
  serial: string,
  change: SettingsChange,
  done: (answer: ConfigureAnswer) => void,
): void {
  const { clockEnabled = true, ...values } = change;
  const { state, settings: held } = shared.list.row(serial);
  const settings = { ...(held ?? UNSET_SETTINGS), ...values };
  checkSettings(settings);
  const refused = (detail: string): void => done({ serial, accepted: false, detail });
  if (state === 'unknown') return refused('not placed: the meter has not registered');
  if (state === 'provisioning') return refused('provisioning is running');
  const steps = SETTING_STEPS.filter((step) => SETTINGS_OF[step].some((name) => name in change));

  const next = (atMs: number, place: number): void => {
    const step = steps[place];
    if (step === undefined) {
      done({ serial, accepted: true, detail: 'done' });
      return;
    }
    const transaction = transactionOf(step, settings, clockEnabled);
    if (transaction === null) return refused(`${step}: a value is missing`);
    shared.transactions.ask(atMs, {
      serial,
      transaction,
      done: (answeredAtMs, answer) => {
        const refusal = refusalOf(step, answer);
        if (refusal !== null) return refused(refusal);
        keep(shared, serial, step, settings, clockEnabled);
        next(answeredAtMs, place + 1);
      },
    });
  };
  next(nowMs, 0);
}

/** Why a meter did not take a step; null when it did. */
export function refusalOf(step: TransactionKind, answer: TransactionAnswer | null): string | null {
  if (answer === null) return `${step}: ${UNANSWERED}`;
  if (answer.outcome !== 'refused') return null;
  return `${step} refused: ${answer.code} (${RESPONSE_MEANINGS[answer.code]})`;
}

/** The head-end's copy follows what the meter took; a disabled synchronisation has no bounds. PRV-09 */
function keep(
  { list }: Shared,
  serial: string,
  step: (typeof SETTING_STEPS)[number],
  settings: MeterSettings,
  clockEnabled: boolean,
): void {
  const row = list.row(serial);
  const held = row.settings ?? UNSET_SETTINGS;
  const taken = clockEnabled ? settings : { ...settings, ...CLOCK_UNSET };
  const names = SETTINGS_OF[step].filter((name) => name !== 'clockEnabled');
  const changed = Object.fromEntries(names.map((name) => [name, taken[name]]));
  list.save({ ...row, settings: { ...held, ...changed } });
}
