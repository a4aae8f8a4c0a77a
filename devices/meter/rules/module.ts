import { type MeterSettings, UNSET_SETTINGS } from '../../domain/northbound.ts';

/** Bounded decisions of the module about its life in the network. Each is replaceable by a defect. */

/** Whether a meter out of its box begins Pre-Configured. REG-01 */
export function startsPreConfigured(): boolean {
  return true;
}

/** Whether the module itself asks the configuration server for its parameters. REG-02 */
export function autoConfigurationSent(): boolean {
  return true;
}

/** Whether parameters and settings are still there after a cut of the mains. REG-03 */
export function settingsKept(): boolean {
  return true;
}

/** Whether so many written parameters make the module register. REG-04 */
export function registersWhen(parametersSet: number, parametersNeeded: number): boolean {
  return parametersSet >= parametersNeeded;
}

/** Whom the module registers with: the title that was written into it, no other. REG-04 */
export function registrationTarget(writtenTitle: string | undefined): string | undefined {
  return writtenTitle;
}

/** When the registration is confirmed to the configuration server. REG-05 */
export function confirmsWhen(): 'answered' | 'sent' {
  return 'answered';
}

/** What a meter out of its box does by itself: nothing has a schedule or a threshold. REG-12 */
export function freshSettings(): MeterSettings {
  return UNSET_SETTINGS;
}
