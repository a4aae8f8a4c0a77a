import { formatQuantity, parseQuantity, type Quantity } from '../../devices/domain/quantity.ts';
import type { InstrumentRecord, RigProfile } from '../../rigs/port/bench.ts';
import { overdueText } from './calibration.ts';

/** A rig file that lies at hand, and what it has. */
export interface OtherRig {
  /** As messages name it. */
  readonly file: string;
  /** What it is used for; null where every instrument is a twin. */
  readonly profile: RigProfile | null;
  readonly instruments: readonly InstrumentRecord[];
}

/** What a bench is asked for: a role, and perhaps the greatest expanded uncertainty (k = 2) that it may have. */
interface BenchNeed {
  readonly role: string;
  readonly atMost: Quantity | null;
}

/** Reads "source" or "reference-standard@0.02 %"; undefined when what follows the sign is no quantity. */
export function benchNeed(text: string): BenchNeed | undefined {
  const at = text.indexOf('@');
  if (at < 0) return { role: text, atMost: null };
  const atMost = parseQuantity(text.slice(at + 1));
  return atMost === undefined ? undefined : { role: text.slice(0, at).trim(), atMost };
}

/**
 * Why a bench does not have what a scenario needs of it, and the nearest rig file that has; null when it has.
 * @param others asked only when something is lacking
 */
export function lackOf(
  needs: readonly string[],
  bench: { readonly bench: string } & Fitted,
  others: () => readonly OtherRig[],
  nowUtcMs: number,
): string | null {
  const lacking = needs.filter((need) => faultOf(need, bench) !== null);
  if (lacking.length === 0) return null;
  const missing = lacking.filter((need) => faultOf(need, bench) === 'none');
  const poor = lacking.filter((need) => faultOf(need, bench) !== 'none');
  const reasons = [
    ...(missing.length === 0
      ? []
      : [`needs ${missing.join(' and ')}; bench ${bench.bench} has none`]),
    ...poor.map((need) => `needs ${need}; that of bench ${bench.bench} ${faultOf(need, bench)}`),
  ];
  const other = nearest(needs, others(), nowUtcMs);
  return [...reasons, ...(other === null ? [] : [other])].join('; ');
}

interface Fitted {
  readonly roles: readonly string[];
  readonly instruments: readonly InstrumentRecord[];
}

/** 'none' when nobody fills the role, else how what fills it falls short; null when it does not. */
function faultOf(text: string, { roles, instruments }: Fitted): string | null {
  const need = benchNeed(text);
  if (need === undefined || !roles.includes(need.role)) return 'none';
  if (need.atMost === null) return null;
  const found = instruments.find(({ role }) => role === need.role)?.uncertainty ?? null;
  const expanded = found === null ? undefined : expandedAtTwo(found);
  if (expanded?.unit !== need.atMost.unit) return `declares no uncertainty in the unit of ${text}`;
  if (expanded.value <= need.atMost.value) return null;
  return `is good to ${formatQuantity(expanded)} (k=2)`;
}

/** The uncertainty of an instrument's record, "0.02 % (k=2)", at k = 2. */
function expandedAtTwo(text: string): Quantity | undefined {
  const [, expanded = '', factor = ''] = /^(.+) \(k=([\d.]+)\)$/.exec(text) ?? [];
  const quantity = parseQuantity(expanded);
  return quantity && { ...quantity, value: (2 * quantity.value) / Number(factor) };
}

/** A rig file that has everything: one that may be used, or else one with the reason why not. */
function nearest(
  needs: readonly string[],
  others: readonly OtherRig[],
  nowUtcMs: number,
): string | null {
  const able = others
    .filter(({ instruments }) => {
      const roles = instruments.map(({ role }) => role);
      return needs.every((need) => faultOf(need, { roles, instruments }) === null);
    })
    .map((other) => ({
      ...other,
      unusable: overdueText(other.instruments, other.profile, nowUtcMs),
    }));
  const best = able.find(({ unusable }) => unusable === null) ?? able[0];
  if (best === undefined) return null;
  return `${best.file} has it${best.unusable === null ? '' : `, but ${best.unusable}`}`;
}
