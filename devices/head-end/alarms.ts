import type { Alarm, AlarmKind } from '../domain/northbound.ts';
import type { Uplink } from '../protocol/centron-gprs/messages.ts';
import type { Shared } from './shared.ts';

type AlarmUplink = Extract<Uplink, { readonly kind: AlarmKind }>;
type Raised = Omit<Alarm, 'alarmId' | 'serial' | 'receivedAtMs'>;

/** Alarms on their way northbound: each outage once, each restoration with its last gasp. */
export class AlarmDesk {
  readonly #shared: Shared;
  /** Alarms that were new since the start, gone northbound or not. */
  #raised: number;

  constructor(shared: Shared) {
    this.#shared = shared;
    this.#raised = shared.store.alarms.length;
  }

  /** A repeat on the wire is legal: it is acknowledged, and told nobody again. OUT-10, OUT-11 */
  raise(nowMs: number, serial: string, uplink: AlarmUplink): void {
    const { rules, chronicle } = this.#shared;
    const receivedAtMs = chronicle.stampMs(nowMs);
    const raised = this.#raisedBy(serial, uplink, receivedAtMs);
    const { kind, outageId } = raised;
    if (outageId !== null && rules.alarmIsRepeat(this.#known(serial, kind, outageId))) return;
    this.#raised++;
    chronicle.log(nowMs, serial, logTextOf(raised));
    if (!rules.alarmPublished(this.#raised)) return;
    for (let copy = 0; copy < rules.alarmCopies(); copy++) {
      this.#publish(nowMs, { serial, receivedAtMs, ...raised });
    }
  }

  #raisedBy(serial: string, uplink: AlarmUplink, receivedAtMs: number): Raised {
    const none = { outageId: null, pairsWith: null, deviationNs: null };
    switch (uplink.kind) {
      case 'last-gasp': {
        const outageId = `${serial}/${uplink.outageNumber}`;
        return { ...none, kind: uplink.kind, outageId, occurredAtMs: uplink.lostAtMs };
      }
      case 'restoration': {
        const outageId = `${serial}/${uplink.outageNumber}`;
        const lastGasp = this.#known(serial, 'last-gasp', outageId);
        const pairsWith = this.#shared.rules.restorationPairsWith(lastGasp);
        return {
          ...none,
          kind: uplink.kind,
          outageId,
          pairsWith,
          occurredAtMs: uplink.restoredAtMs,
        };
      }
      case 'event-alarm': {
        const { kind, eventCode, occurredAtMs } = uplink;
        return { ...none, kind, eventCode, occurredAtMs };
      }
      case 'clock-deviation':
        // It tells no instant of its own.
        return {
          ...none,
          kind: uplink.kind,
          deviationNs: uplink.deviationNs,
          occurredAtMs: receivedAtMs,
        };
    }
  }

  #publish(nowMs: number, raised: Omit<Alarm, 'alarmId'>): void {
    const { store, chronicle } = this.#shared;
    const alarm = { alarmId: store.alarms.length + 1, ...raised };
    store.alarms.append(alarm);
    chronicle.publish(nowMs, { type: 'alarm', alarm });
  }

  #known(serial: string, kind: AlarmKind, outageId: string): Alarm | undefined {
    return this.#shared.store.alarms
      .of(serial)
      .find((alarm) => alarm.kind === kind && alarm.outageId === outageId);
  }
}

/** As the event search shows it; an event is told by its code. PRV-07, EV-01 */
function logTextOf({ kind, outageId, eventCode }: Raised): string {
  if (outageId !== null) return `${kind} of outage ${outageId}`;
  return eventCode === undefined ? kind : `${kind} ${eventCode}`;
}
