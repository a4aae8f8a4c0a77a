import type { MeterSettings } from '../domain/northbound.ts';
import type { ParameterKey } from '../protocol/centron-gprs/messages.ts';
import { at, clockUtcMs } from './clock.ts';
import type { Meters } from './columns.ts';
import { storedJoules } from './energy.ts';
import { textOf } from './module-columns.ts';
import { moduleOf, moduleStateOf, parametersOf } from './module.ts';
import type { ModuleState } from './module-state.ts';
import { settingsOf } from './settings.ts';

/** What an observer at the meter finds in its module. */
export interface ModuleSnapshot {
  readonly state: ModuleState;
  /** Those that are set. */
  readonly parameters: Readonly<Partial<Record<ParameterKey, string>>>;
  readonly settings: MeterSettings;
  /** Sent, repeats included. */
  readonly autoConfigurations: number;
  readonly registrations: number;
  readonly registrationNumber: number;
  /** Title that the newest registration was sent to; null when it was the built-in head-end's. */
  readonly registeredTo: string | null;
  readonly clockUtcMs: number;
  readonly storedJoules: number;
}

/** @throws RangeError for meters without a module's columns */
export function moduleSnapshot(meters: Meters, row: number, nowNs: number): ModuleSnapshot {
  const group = moduleOf(meters);
  return {
    state: moduleStateOf(group, row),
    parameters: parametersOf(group, row),
    settings: settingsOf(meters, row),
    autoConfigurations: at(group.autoConfigurations, row),
    registrations: at(group.registrations, row),
    registrationNumber: at(group.registrationNumber, row),
    registeredTo: textOf(group.texts, at(group.registeredTo, row)) ?? null,
    clockUtcMs: clockUtcMs(meters, row, nowNs),
    storedJoules: storedJoules(meters, row, nowNs),
  };
}
