import type { MeterProfile } from '../../devices/domain/profile.ts';
import { spellingsOf } from '../../devices/domain/quantity.ts';
import type { Unit } from '../../devices/domain/quantity.ts';
import type { ParameterValue, SourcePosition } from '../plan/plan.ts';
import { profileValue } from './profile-value.ts';
import { accepts, isReference, literal, nounOf, showValue, typeOfValue } from './value.ts';
import type { Scalar, ValueType } from './value.ts';

/** A value that does not fit where it is used; the loader finds these first. */
export class ValueError extends Error {
  /** Where in the scenario, when that is known. */
  readonly position: SourcePosition | null;
  constructor(message: string, position: SourcePosition | null = null) {
    super(message);
    this.position = position;
    this.name = 'ValueError';
  }
}

/** Does work of which a value that does not fit is told at a place, unless it is told at a nearer one. */
export function placed<T>(position: SourcePosition, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ValueError) || error.position !== null) throw error;
    throw new ValueError(error.message, position);
  }
}

/** Turns what is written in one case of a scenario into numbers, with a profile at hand. */
export class Values {
  readonly profile: MeterProfile;
  readonly parameters: Readonly<Record<string, ParameterValue>>;

  constructor(profile: MeterProfile, parameters: Readonly<Record<string, ParameterValue>>) {
    this.profile = profile;
    this.parameters = parameters;
  }

  /**
   * The value of a text, a reference or a bare value.
   * @throws ValueError for an unknown reference, or a text that begins like a quantity and is none.
   */
  resolve(written: Scalar): ParameterValue {
    if (isReference(written)) return this.#lookUp(written);
    const value = literal(written);
    if (value === undefined) throw new ValueError(`"${String(written)}" is no quantity`);
    return value;
  }

  /** A whole number of the unit's smallest step. @throws ValueError when it is something else. */
  quantity(written: Scalar, unit: Unit): number {
    const value = this.#resolveAs(written, unit);
    if (typeof value === 'number') return value;
    if (typeof value === 'object') return value.value;
    throw new ValueError(`${String(written)} is not ${nounOf(unit)}`);
  }

  /** A duration in ns. @throws ValueError */
  durationNs(written: Scalar): number {
    return this.quantity(written, 'ns');
  }

  /** A whole number without a unit. @throws ValueError */
  count(written: Scalar): number {
    return this.quantity(written, 'count');
  }

  /** @throws ValueError */
  flag(written: Scalar): boolean {
    const value = this.#resolveAs(written, 'flag');
    if (typeof value === 'boolean') return value;
    throw new ValueError(`${String(written)} is not ${nounOf('flag')}`);
  }

  #resolveAs(written: Scalar, wanted: ValueType): ParameterValue {
    const value = this.resolve(written);
    if (!accepts(wanted, typeOfValue(value))) {
      const units =
        wanted in { flag: 0, text: 0, 'any quantity': 0 } ? [] : spellingsOf(wanted as Unit);
      throw new ValueError(
        `${String(written)} is ${showValue(value)}, where ${nounOf(wanted)} is needed (${units.join(', ')})`,
      );
    }
    return value;
  }

  #lookUp(reference: string): ParameterValue {
    const name = reference.slice(1);
    if (name.startsWith('profile.')) {
      const value = profileValue(this.profile, name.slice('profile.'.length));
      if (value === undefined) throw new ValueError(`no meter profile has ${name}`);
      return value.unit === 'count' ? value.value : value;
    }
    const value = this.parameters[name];
    if (value === undefined) throw new ValueError(`no parameter is named ${name}`);
    return value;
  }
}
