import type { Action, ActionKind } from '../port/action.ts';
import type { Abilities, Bench, PerformContext } from '../port/bench.ts';
import type { Clock } from '../port/clock.ts';
import type { Observation } from '../port/observation.ts';
import type { BenchParts, Performer } from './parts.ts';
import { PERFORMERS } from './performer/index.ts';

/** A bench put together from parts, real or simulated: the performers cannot tell them apart. */
export class PartsBench implements Bench {
  readonly abilities: Abilities;
  readonly #parts: BenchParts;
  readonly #close: () => Promise<void>;
  #listener: (observation: Observation) => void = () => {};

  constructor(abilities: Abilities, parts: BenchParts, close: () => Promise<void>) {
    this.abilities = abilities;
    this.#parts = parts;
    this.#close = close;
  }

  get clock(): Clock {
    return this.#parts.clock;
  }

  listen(listener: (observation: Observation) => void): void {
    this.#listener = listener;
  }

  /** For instruments that report unasked, such as the tap on the module's link. */
  report(observation: Observation): void {
    this.#listener(observation);
  }

  async perform(action: Action, context: PerformContext): Promise<void> {
    const performer = performerOf(action.do);
    if (performer === undefined) {
      throw new Error(`"${action.do}" was asked of a bench; the plan must refuse that`);
    }
    await performer.perform(action, this.#parts, context);
  }

  close(): Promise<void> {
    return this.#close();
  }
}

/** The registry pairs each kind with its own performer; the compiler cannot follow a kind that is data. */
function performerOf(kind: ActionKind): Performer<ActionKind> | undefined {
  return PERFORMERS[kind] as Performer<ActionKind> | undefined;
}
