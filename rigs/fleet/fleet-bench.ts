import * as hdr from 'hdr-histogram-js';
import { NS_PER_MS } from '../../devices/domain/time.ts';
import { messageOf } from '../../devices/domain/message.ts';
import { testIdentity } from '../../devices/domain/identity.ts';
import type { Action, ActionKind } from '../port/action.ts';
import type { Abilities, Bench, PerformContext } from '../port/bench.ts';
import type { Clock } from '../port/clock.ts';
import type { Observation } from '../port/observation.ts';
import { type FleetParts, type FleetPerformer, WHOLE_FLEET, fleetObservation } from './parts.ts';
import { FLEET_PERFORMERS } from './performer/index.ts';

/** What the fleet's bench closes at its end, beside the fleet itself. */
export interface FleetBenchOptions {
  readonly abilities: Abilities;
  readonly parts: FleetParts;
  /** In wall time generator and observer are judged too. */
  readonly tellsHealth: boolean;
  readonly close: () => Promise<void>;
}

/** Thousands of meters and a head-end as one bench: what a plan asks is done to a selection. */
export class FleetBench implements Bench {
  readonly abilities: Abilities;
  readonly #options: FleetBenchOptions;
  readonly #stops: readonly (() => void)[];
  /** How late northbound events reached us, ns: from when they left, by the host's one clock. */
  readonly #observerLag = hdr.build({ numberOfSignificantValueDigits: 3 });
  #listener: (observation: Observation) => void = () => {};

  constructor(options: FleetBenchOptions) {
    this.abilities = options.abilities;
    this.#options = options;
    const { parts } = options;
    this.#stops = [
      parts.fleet.onMessages((index, atNs, _intendedAtNs, kind, first, second) =>
        this.#listener({
          at: { clock: 'bench', ns: atNs },
          instrument: 'module-link',
          position: WHOLE_FLEET,
          meter: testIdentity(index).serial,
          kind: 'message',
          message: messageOf(kind, first, second),
          bytesHex: null,
        }),
      ),
      parts.northbound.listen((event, receivedAtNs) => {
        const publishedNs = (event.publishedAtMs - parts.clock.startUtcMs) * NS_PER_MS;
        this.#observerLag.recordValue(Math.max(0, Math.round(receivedAtNs - publishedNs)));
        if (event.type !== 'alarm') return;
        const { alarm } = event;
        const seen = fleetObservation(parts, 'head-end', alarm.serial, { kind: 'alarm', alarm });
        this.#listener({ ...seen, at: { clock: 'bench', ns: receivedAtNs } });
      }),
    ];
  }

  get clock(): Clock {
    return this.#options.parts.clock;
  }

  listen(listener: (observation: Observation) => void): void {
    this.#listener = listener;
  }

  async perform(action: Action, context: PerformContext): Promise<void> {
    const performer = performerOf(action.do);
    if (performer === undefined) {
      throw new Error(`"${action.do}" was asked of a fleet; the plan must refuse that`);
    }
    await performer.perform(action, this.#options.parts, context);
  }

  async close(): Promise<void> {
    const { parts, tellsHealth, close } = this.#options;
    try {
      if (tellsHealth) {
        const told = await parts.fleet.health();
        const lag = this.#observerLag;
        const health = {
          ...told,
          observerLagP99Ns: Math.max(told.observerLagP99Ns, lag.getValueAtPercentile(99)),
          observerLagMaximumNs: Math.max(told.observerLagMaximumNs, lag.maxValue),
        };
        this.#listener(
          fleetObservation(parts, 'generator and observer', WHOLE_FLEET, {
            kind: 'health',
            health,
          }),
        );
      }
    } finally {
      for (const stop of this.#stops) stop();
      await parts.fleet.stop();
      await parts.northbound.close();
      await close();
    }
  }
}

/** The registry pairs each kind with its own performer; the compiler cannot follow a kind that is data. */
function performerOf(kind: ActionKind): FleetPerformer<ActionKind> | undefined {
  return FLEET_PERFORMERS[kind] as FleetPerformer<ActionKind> | undefined;
}
