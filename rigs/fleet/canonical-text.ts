import type { MeterSettings } from '../../devices/domain/northbound.ts';

/** Settings as a text in a fixed order, so that two copies can be compared; '' when there are none. */
export function settingsText(settings: MeterSettings | null): string {
  if (settings === null) return '';
  const fields: readonly (readonly [name: string, value: number | null])[] = [
    ['interval', settings.intervalMinutes],
    ['push', settings.pushEveryMinutes],
    ['declare', settings.declareAfterMs],
    ['restore', settings.restoreAfterMs],
    ['lower', settings.clockLowerMs],
    ['upper', settings.clockUpperMs],
    ['cycle', settings.clockCycleMs],
  ];
  return fields.map(([name, value]) => `${name}=${value ?? 'unset'}`).join('; ');
}

/** Parameters as a text, by key. */
export function parametersText(parameters: Readonly<Record<string, string | undefined>>): string {
  return Object.keys(parameters)
    .filter((key) => parameters[key] !== undefined)
    .sort()
    .map((key) => `${key}=${parameters[key]}`)
    .join('; ');
}
