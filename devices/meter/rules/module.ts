import { type MeterSettings, UNSET_SETTINGS } from '../../domain/northbound.ts';

/** Bounded decisions of the module about its life in the network. Each is replaceable by a defect. */

/** Fewer bytes are not worth the work: the compressed form needs four for table and length. */
const LEAST_COMPRESSED_BYTES = 32;

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

/**
 * Whether data is sent compressed: where that is shorter, and never for the few bytes of an alarm.
 * @param compressedBytes does the work of finding out
 */
export function sentCompressed(dataBytes: number, compressedBytes: () => number): boolean {
  return dataBytes >= LEAST_COMPRESSED_BYTES && compressedBytes() < dataBytes; // RD-08
}

/** What a meter out of its box does by itself: nothing has a schedule or a threshold. REG-12 */
export function freshSettings(): MeterSettings {
  return UNSET_SETTINGS;
}
