/** Bounded decisions of both servers about what they hold and tell. Replaceable by defects. */
import type { ParameterKey } from '../../protocol/centron-gprs/messages.ts';

/** Whether an instant lies in a window: both edges belong to it. PRV-07 (source 000:23-24) */
export function windowHolds(atMs: number, fromMs: number, toMs: number): boolean {
  return atMs >= fromMs && atMs <= toMs;
}

/** Which of a customer's parameters are written: all, not a subset. REG-03 (source 000:8-9) */
export function parametersToWrite(keys: readonly ParameterKey[]): readonly ParameterKey[] {
  return keys;
}

const NS_PER_MS = 1_000_000;

/** What the head-end's clock shows when the host's shows UTC ms and ns below. CLK-06 */
export function clockReference(
  skewNs: number,
  hostMs: number,
  belowMsNs: number,
): { readonly utcMs: number; readonly belowMsNs: number } {
  const ns = belowMsNs + skewNs;
  const carryMs = Math.floor(ns / NS_PER_MS);
  return { utcMs: hostMs + carryMs, belowMsNs: ns - carryMs * NS_PER_MS };
}

/** Whether an interval with such a status gets an entry in the event search. RD-02 (source 002) */
export function flaggedIntervalLogged(status: number): boolean {
  return status !== 0;
}
