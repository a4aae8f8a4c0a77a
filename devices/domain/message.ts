/**
 * What a meter says on its module's link, as values. The layout is data: the model says a kind
 * by number with at most two numbers (nothing is allocated on the hot path), and whoever wants
 * to read it turns the row of numbers into a {@link Message}.
 */

/** Fields of each message, in the order in which the model hands its two numbers over. */
export const MESSAGE_LAYOUT = {
  heartbeat: ['sequenceNumber'],
  'clock-reference-request': ['sequenceNumber'],
  'clock-deviation': ['deviationNs'],
  'last-gasp': ['outageNumber', 'lostAtMs'],
  restoration: ['outageNumber', 'restoredAtMs'],
  'configuration-accepted': ['configurationNumber'],
  'configuration-refused': ['configurationNumber', 'reason'],
  'auto-configuration': ['attempt'],
  registration: ['registrationNumber'],
  'registration-confirmed': ['registrationNumber'],
  'interval-report': ['endMinutes', 'intervals'],
  'event-alarm': ['eventCode', 'occurredAtMs'],
} as const satisfies Record<string, readonly string[]>;

export type MessageKind = keyof typeof MESSAGE_LAYOUT;

export const MESSAGE_KINDS = Object.keys(MESSAGE_LAYOUT) as readonly MessageKind[];

/**
 * A message as values. `lostAtMs`, `restoredAtMs` and `occurredAtMs` are UTC milliseconds of the meter's clock,
 * `endMinutes` UTC minutes of it.
 */
export interface Message {
  readonly kind: MessageKind;
  readonly fields: Readonly<Record<string, number>>;
}

/** Builds the value form of a message from the numbers that the model said. */
export function messageOf(kind: MessageKind, first: number, second: number): Message {
  const names: readonly string[] = MESSAGE_LAYOUT[kind];
  const fields: Record<string, number> = {};
  if (names[0] !== undefined) fields[names[0]] = first;
  if (names[1] !== undefined) fields[names[1]] = second;
  return { kind, fields };
}
