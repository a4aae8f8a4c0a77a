import { testIdentity } from '../../../devices/domain/identity.ts';
import type { MessageKind } from '../../../devices/domain/message.ts';
import type { AlarmKind } from '../../../devices/domain/northbound.ts';
import type { FleetHealth, SnapshotRow } from '../../../rigs/port/fleet.ts';
import type { Observation, ObservationBody } from '../../../rigs/port/observation.ts';

/** Serial number of a meter of the fleet by its index. */
export const serialOf = (index: number): string => testIdentity(index).serial;

/** A message that the tap beside a meter saw. */
export function said(
  index: number,
  atNs: number,
  kind: MessageKind,
  fields: Readonly<Record<string, number>> = {},
): Observation {
  const body = { kind: 'message', message: { kind, fields }, bytesHex: null } as const;
  return observed(serialOf(index), atNs, 'module-link', body);
}

/** A heartbeat with its number. */
export const heartbeat = (index: number, atNs: number, sequenceNumber: number): Observation =>
  said(index, atNs, 'heartbeat', { sequenceNumber });

interface ToldOfAlarm {
  readonly outage: number | null;
  readonly alarmId: number;
  readonly pairsWith?: number;
}

/** An alarm that left the head-end northbound. */
export function alarm(
  index: number,
  atNs: number,
  kind: AlarmKind,
  { outage, alarmId, pairsWith }: ToldOfAlarm,
): Observation {
  const serial = serialOf(index);
  const outageId = outage === null ? null : `${serial}/${outage}`;
  const times = { occurredAtMs: 0, receivedAtMs: 0, deviationNs: null };
  const named = { alarmId, kind, serial, outageId, pairsWith: pairsWith ?? null, ...times };
  return observed(serial, atNs, 'head-end', { kind: 'alarm', alarm: named });
}

/** Something that left the head-end northbound and is no alarm. */
export function northboundHeard(atNs: number): Observation {
  const body = { kind: 'northbound-heard', event: 'record', eventNumber: 1 } as const;
  return observed('fleet', atNs, 'head-end', body);
}

/** A meter's answer to the step that runs. */
export function answer(index: number, atNs: number, accepted: boolean): Observation {
  const detail = accepted ? 'done' : 'too short';
  return observed(serialOf(index), atNs, 'head-end', { kind: 'answer', accepted, detail });
}

/** Rows of a snapshot that hold one field of the head-end's. */
export function snapshot(
  name: string,
  atNs: number,
  states: ReadonlyMap<number, string>,
): Observation {
  const rows: readonly SnapshotRow[] = [...states].map(([index, state]) => ({
    meter: serialOf(index),
    fields: { headEnd: { state } },
  }));
  return observed('fleet', atNs, 'fleet and head-end', { kind: 'snapshot', name, rows });
}

/** How late generator and observer were. */
export function health(atNs: number, lags: Partial<FleetHealth> = {}): Observation {
  const none = {
    generatorLagP99Ns: 0,
    generatorLagMaximumNs: 0,
    observerLagP99Ns: 0,
    observerLagMaximumNs: 0,
    eventLoopLagP99Ns: 0,
    rssBytes: 0,
    offered: 0,
    achieved: 0,
    received: 0,
    series: [],
  };
  const told = { kind: 'health', health: { ...none, ...lags } } as const;
  return observed('fleet', atNs, 'generator and observer', told);
}

function observed(
  meter: string,
  atNs: number,
  instrument: string,
  body: ObservationBody,
): Observation {
  return { at: { clock: 'bench', ns: atNs }, instrument, position: 'fleet', meter, ...body };
}
