import type { MeterIdentity } from '../domain/identity.ts';
import type { Coverage, MeterSettings } from '../domain/northbound.ts';
import type { Uplink, UplinkAnswer } from '../protocol/centron-gprs/messages.ts';
import { ApTitle } from '../protocol/c12-22/ap-title.ts';
import type { ListedMeter } from './master-list.ts';
import type { Shared } from './shared.ts';

type Registration = Extract<Uplink, { readonly kind: 'registration' }>;

/** Where every registered meter is listed. REG-06 */
const REGISTRATION_GROUP = 'Registration Group';

/** A meter that another head-end had before; without settings it was placed only. */
export interface TakenOverMeter {
  readonly identity: MeterIdentity;
  readonly settings: MeterSettings | null;
  readonly coverage: Coverage;
}

/** Takes registrations: identity believed or not, record created or updated, meter placed. */
export class RegistrationDesk {
  readonly #shared: Shared;
  readonly #periodS: number;

  constructor(shared: Shared, periodS: number) {
    this.#shared = shared;
    this.#periodS = periodS;
  }

  /** REG-04, REG-06, REG-07, REG-10 */
  register(nowMs: number, { entry, title }: ListedMeter, uplink: Registration): UplinkAnswer {
    const { rules, chronicle } = this.#shared;
    const { serial, apTitle } = entry;
    const refusal = rules.identityRefusal({
      identity: uplink.identity,
      serialOfTitle: serial,
      asksForOwnTitle: ApTitle.of(uplink.apTitle).isSameAs(title),
    });
    if (refusal !== null) {
      chronicle.log(nowMs, serial, `registration refused: ${refusal}`);
      return { outcome: 'refused', code: 'iar' };
    }
    this.#place(nowMs, uplink);
    chronicle.log(nowMs, serial, `registration ${uplink.registrationNumber} accepted`);
    return { outcome: 'registered', apTitle, periodS: this.#periodS };
  }

  /** A meter that registered with another head-end. */
  takeOver(nowMs: number, { identity, settings, coverage }: TakenOverMeter): void {
    const { list, chronicle } = this.#shared;
    const stampMs = chronicle.stampMs(nowMs);
    list.save({
      ...list.row(identity.serial),
      state: settings === null ? 'placed' : 'provisioned',
      groups: [REGISTRATION_GROUP],
      identity,
      firstRegisteredAtMs: stampMs,
      settings,
      coverage,
    });
  }

  #place(nowMs: number, { identity }: Registration): void {
    const { rules, list, chronicle } = this.#shared;
    const { serial } = identity;
    const row = list.row(serial);
    const stampMs = chronicle.stampMs(nowMs);
    const placed = {
      ...row,
      state: rules.placedWhen(row.state),
      groups: [REGISTRATION_GROUP],
      identity: rules.identityKept(identity),
      registrations: row.registrations + 1,
      firstRegisteredAtMs: row.firstRegisteredAtMs ?? stampMs,
      lastRegisteredAtMs: stampMs,
    };
    list.save(placed, rules.registrationRecord(list.rows(serial)));
    chronicle.publishRecord(nowMs, serial);
  }
}
