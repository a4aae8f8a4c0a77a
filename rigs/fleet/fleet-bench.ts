import * as hdr from 'hdr-histogram-js';
import type { NorthboundEvent } from '../../devices/domain/northbound.ts';
import { NS_PER_MS, NS_PER_S } from '../../devices/domain/time.ts';
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
  /** A deaf one hears nothing of what leaves northbound; steps wait for the head-end all the same. */
  readonly observer: 'listening' | 'deaf';
  readonly close: () => Promise<void>;
}

/** How often the observer of the northbound side proves that it hears, while there is something. */
const PROOF_EVERY_NS = 10 * NS_PER_S;

/** Thousands of meters and a head-end as one bench: what a plan asks is done to a selection. */
export class FleetBench implements Bench {
  readonly abilities: Abilities;
  readonly #options: FleetBenchOptions;
  readonly #stops: readonly (() => void)[];
  /** How late northbound events reached us, ns: from when they left, by the host's one clock. */
  readonly #observerLag = hdr.build({ numberOfSignificantValueDigits: 3 });
  #provedAtNs = Number.NEGATIVE_INFINITY;
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
        if (options.observer === 'listening') this.#hear(event, receivedAtNs);
      }),
    ];
  }

  get clock(): Clock {
    return this.#options.parts.clock;
  }

  listen(listener: (observation: Observation) => void): void {
    this.#listener = listener;
  }

  #hear(event: NorthboundEvent, receivedAtNs: number): void {
    const { parts } = this.#options;
    const at = { clock: 'bench', ns: receivedAtNs } as const;
    const publishedNs = (event.publishedAtMs - parts.clock.startUtcMs) * NS_PER_MS;
    this.#observerLag.recordValue(Math.max(0, Math.round(receivedAtNs - publishedNs)));
    if (event.type === 'alarm') {
      const { alarm } = event;
      const seen = fleetObservation(parts, 'head-end', alarm.serial, { kind: 'alarm', alarm });
      this.#listener({ ...seen, at });
      return;
    }
    // A head-end that is silent about alarms and not about the rest is silent, and not unheard.
    if (receivedAtNs < this.#provedAtNs + PROOF_EVERY_NS) return;
    this.#provedAtNs = receivedAtNs;
    const { type, eventNumber } = event;
    const heard = { kind: 'northbound-heard', event: type, eventNumber } as const;
    this.#listener({ ...fleetObservation(parts, 'head-end', WHOLE_FLEET, heard), at });
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
