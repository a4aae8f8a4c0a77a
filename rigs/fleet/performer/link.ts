import { formatDurationNs } from '../../../devices/domain/quantity.ts';
import { testIdentity } from '../../../devices/domain/identity.ts';
import { BenchError } from '../../port/bench.ts';
import { indexesOf } from '../../port/fleet.ts';
import { type FleetPerformer, selectionFor } from '../parts.ts';

export const setLink: FleetPerformer<'set-link'> = {
  async perform(action, parts, context) {
    const selection = selectionFor(parts, context.of);
    await parts.fleet.command({ kind: 'link', selection, to: action.to, up: action.up });
  },
};

export const holdAnswer: FleetPerformer<'hold-answer'> = {
  async perform(action, parts, context) {
    const selection = selectionFor(parts, context.of);
    const untilNs = parts.clock.nowNs() + action.untilNs;
    const { transaction } = action;
    await parts.fleet.command({ kind: 'hold-answer', selection, transaction, untilNs });
  },
};

export const forgeUplink: FleetPerformer<'forge-uplink'> = {
  async perform({ change }, parts, context) {
    const selection = selectionFor(parts, context.of);
    await parts.fleet.command({ kind: 'forge', selection, change });
  },
};

export const spoilIdentity: FleetPerformer<'spoil-identity'> = {
  async perform(_action, parts, context) {
    await parts.fleet.command({
      kind: 'spoil-identity',
      selection: selectionFor(parts, context.of),
    });
  },
};

export const wait: FleetPerformer<'wait'> = {
  async perform(action, parts, context) {
    await parts.clock.sleepUntil(parts.clock.nowNs() + action.forNs, context.signal);
  },
};

/** A message of each meter of the group, as a tap beside the meter sees it. */
export const awaitMessage: FleetPerformer<'await'> = {
  async perform(action, parts, context) {
    const open = new Set(indexesOf(selectionFor(parts, context.of)));
    const all = open.size;
    const came = new AbortController();
    const stop = parts.fleet.onMessages((index, _atNs, _intendedAtNs, kind) => {
      if (kind === action.message) open.delete(index);
      if (open.size === 0) came.abort();
    });
    const either = AbortSignal.any([came.signal, context.signal]);
    const untilNs = parts.clock.nowNs() + action.withinNs;
    await parts.clock.sleepUntil(untilNs, either).catch(() => undefined);
    stop();
    context.signal.throwIfAborted();
    const [first] = open;
    if (first === undefined) return;
    throw new BenchError(
      'dut',
      `fleet: awaited ${action.message} of ${all} meters for ${formatDurationNs(action.withinNs)}; ` +
        `${open.size} said none, the first of them ${testIdentity(first).serial}`,
    );
  },
};
