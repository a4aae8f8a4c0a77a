import { formatDurationNs } from '../../devices/domain/quantity.ts';
import type { Anchor, Control } from '../plan/plan.ts';
import { anchorOf } from './blocked.ts';
import { seenOf } from './case-record.ts';
import type { CaseRecord, Seen } from './case-record.ts';
import { finding } from './finding.ts';
import type { Finding } from './finding.ts';

/** What expectations that something did not happen have in common. */
export interface Watch {
  readonly since: Anchor;
  readonly forNs: number;
  readonly control: Control;
}

/** The watched span in bench time, both ends belonging to it, and the line that opened it. */
export interface Window {
  readonly startNs: number;
  readonly endNs: number;
  readonly seq: number;
}

export type Opened =
  | { readonly ok: true; readonly window: Window }
  | { readonly ok: false; readonly finding: Finding };

/** The window of a negative expectation. */
export function openWindow(record: CaseRecord, { since, forNs }: Watch): Opened {
  const anchor = anchorOf(record, since);
  if (!anchor.ok) return anchor;
  const { seq, atNs } = anchor.mark;
  return { ok: true, window: { startNs: atNs, endNs: atNs + forNs, seq } };
}

/**
 * The positive control: the message that proves that the path was open, inside the window and again
 * after it, from one meter through one instrument.
 * @returns the lines of the last control inside and the first after, or why the control is missing
 */
export function controlled(
  record: CaseRecord,
  window: Window,
  control: Control,
):
  | { readonly ok: true; readonly evidence: readonly number[] }
  | { readonly ok: false; readonly finding: Finding } {
  const all = seenOf(record, 'message').filter(
    ({ observation }) => observation.message.kind === control.message,
  );
  const instruments = [...new Set(all.map(({ observation }) => observation.instrument))];
  let lack = `no control: no ${control.message} was seen at all`;
  for (const instrument of instruments) {
    const path = all.filter(({ observation }) => observation.instrument === instrument);
    const gap = lackOf(path, window, control);
    if (typeof gap !== 'string')
      return { ok: true, evidence: [window.seq, ...gap.map(({ seq }) => seq)] };
    lack = `no control: ${gap} (${instrument})`;
  }
  return { ok: false, finding: finding('inconclusive', lack, [window.seq], { blame: 'rig' }) };
}

/** The two controls of one path, or what is lacking. */
function lackOf(
  path: readonly Seen<'message'>[],
  { startNs, endNs }: Window,
  { message, withinNs }: Control,
): readonly Seen<'message'>[] | string {
  const inside = path.filter(({ atNs }) => atNs >= startNs && atNs <= endNs);
  const after = path.find(({ atNs }) => atNs > endNs && atNs <= endNs + withinNs);
  const last = inside.at(-1);
  if (last === undefined)
    return `no ${message} inside the window of ${formatDurationNs(endNs - startNs)}`;
  if (after === undefined) {
    return `no ${message} within ${formatDurationNs(withinNs)} after the window`;
  }
  // A number that was skipped says that the path lost a message, and might have lost another.
  const from = path.filter(({ atNs }) => atNs < startNs).slice(-1);
  const chain = [...from, ...inside, after];
  const lost = chain.find((seen, index) => index > 0 && isSkip(chain[index - 1], seen));
  if (lost === undefined) return [last, after];
  return `a ${message} before number ${numberOf(lost)} is missing`;
}

function isSkip(earlier: Seen<'message'> | undefined, later: Seen<'message'>): boolean {
  const [from, to] = [numberOf(earlier), numberOf(later)];
  return from !== undefined && to !== undefined && to > from + 1;
}

function numberOf(seen: Seen<'message'> | undefined): number | undefined {
  return seen?.observation.message.fields['sequenceNumber'];
}
