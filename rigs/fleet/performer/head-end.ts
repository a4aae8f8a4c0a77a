import type { PlacementState, ProvisioningRecord } from '../../../devices/domain/northbound.ts';
import { formatDurationNs } from '../../../devices/domain/quantity.ts';
import { NS_PER_MINUTE, NS_PER_MS } from '../../../devices/domain/time.ts';
import { BenchError, type PerformContext } from '../../port/bench.ts';
import {
  type FleetParts,
  type FleetPerformer,
  fleetObservation,
  selectionFor,
  serialsOf,
} from '../parts.ts';
import { waitForHeadEnd } from './waiting.ts';

/** States in which a meter counts as being in the one that is waited for. */
const REACHED: Readonly<Record<'placed' | 'provisioned', readonly PlacementState[]>> = {
  placed: ['placed', 'provisioning', 'provisioned', 'failed'],
  provisioned: ['provisioned'],
};

export const awaitState: FleetPerformer<'await-state'> = {
  async perform(action, parts, context) {
    const serials = serialsOf(parts, context.of);
    const open = new Set(serials);
    const take = (serial: string, state: PlacementState): void => {
      if (REACHED[action.state].includes(state)) open.delete(serial);
    };
    const reached = await waitForHeadEnd(parts, context, {
      withinNs: action.withinNs,
      open,
      heard: (event) => {
        if (event.type === 'record') take(event.record.serial, event.record.state);
      },
      ask: async () => {
        const records = await parts.northbound.records([...open]);
        for (const { serial, state } of records) take(serial, state);
      },
    });
    if (reached) return;
    throw new BenchError(
      'head-end',
      `${parts.northbound.name}: awaited ${serials.length} meters to be ${action.state} for ` +
        `${formatDurationNs(action.withinNs)}; ${open.size} are not, the first of them ${[...open][0]}`,
    );
  },
};

export const provision: FleetPerformer<'provision'> = {
  async perform(action, parts, context) {
    const { northbound } = parts;
    const selection = selectionFor(parts, context.of);
    // What the meters see from here on belongs to this provisioning.
    await parts.fleet.command({ kind: 'reset-witness', selection });
    const serials = serialsOf(parts, context.of);
    const begun = await northbound.provision(serials, action.settings);
    for (const record of begun) observeAnswer(parts, context, record);
    const open = new Set(begun.filter(isRunning).map(({ serial }) => serial));
    await waitForHeadEnd(parts, context, {
      withinNs: action.withinNs,
      open,
      heard: (event) => {
        if (event.type !== 'provisioning' || isRunning(event.provisioning)) return;
        open.delete(event.provisioning.serial);
      },
      ask: async () => {
        if (open.size === 0) return;
        for (const record of await northbound.provisionings([...open])) {
          if (!isRunning(record)) open.delete(record.serial);
        }
      },
    });
  },
};

function isRunning({ state }: ProvisioningRecord): boolean {
  return state === 'running';
}

function observeAnswer(
  parts: FleetParts,
  context: PerformContext,
  { serial, state, refusal }: ProvisioningRecord,
): void {
  const accepted = state !== 'refused';
  const detail = refusal ?? 'provisioning began';
  context.observe(
    fleetObservation(parts, 'head-end', serial, { kind: 'answer', accepted, detail }),
  );
}

export const setDevicePin: FleetPerformer<'set-device-pin'> = {
  async perform(action, parts, context) {
    await parts.northbound.setDevicePin(serialsOf(parts, context.of), action.right);
  },
};

export const setHeadEndClock: FleetPerformer<'set-head-end-clock'> = {
  async perform(action, parts) {
    await parts.northbound.setClockSkew(action.skewNs);
  },
};

type Change = Parameters<FleetParts['northbound']['configure']>[1];

/** Sends settings through the head-end; each meter's answer is an observation. */
async function configure(
  parts: FleetParts,
  context: PerformContext,
  change: Change,
): Promise<void> {
  const answers = await parts.northbound.configure(serialsOf(parts, context.of), change);
  observeAnswers(parts, context, answers);
}

/** What meters said to what they were asked through the head-end. */
export function observeAnswers(
  parts: FleetParts,
  context: PerformContext,
  answers: Awaited<ReturnType<FleetParts['northbound']['configure']>>,
): void {
  for (const { serial, accepted, detail } of answers) {
    context.observe(
      fleetObservation(parts, 'head-end', serial, { kind: 'answer', accepted, detail }),
    );
  }
}

export const configureOutageAlarms: FleetPerformer<'configure-outage-alarms'> = {
  perform: (action, parts, context) =>
    configure(parts, context, {
      declareAfterMs: action.declareAfterNs / NS_PER_MS,
      restoreAfterMs: action.restoreAfterNs / NS_PER_MS,
    }),
};

export const configureClockSync: FleetPerformer<'configure-clock-sync'> = {
  perform: (action, parts, context) =>
    configure(parts, context, {
      clockEnabled: action.enabled,
      clockLowerMs: action.lowerNs / NS_PER_MS,
      clockUpperMs: action.upperNs / NS_PER_MS,
      clockCycleMs: action.cycleNs / NS_PER_MS,
    }),
};

export const configureIntervals: FleetPerformer<'configure-intervals'> = {
  perform: (action, parts, context) =>
    configure(parts, context, { intervalMinutes: action.intervalNs / NS_PER_MINUTE }),
};

export const restartHeadEnd: FleetPerformer<'restart-head-end'> = {
  async perform(action, { restartHeadEnd: restart }) {
    if (restart === null) {
      throw new BenchError('scenario', 'restart-head-end: the head-end has no process of its own');
    }
    await restart(action.downForNs);
  },
};
