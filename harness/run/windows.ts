import type { MessageKind } from '../../devices/domain/message.ts';
import type { Anchor, Control, PlannedExpectation } from '../plan/plan.ts';

/** How long a case must still be watched after its last step, and which controls end the watching. */
export interface Window {
  readonly endNs: number;
  readonly control: Control | null;
}

/** Instants of a case by anchor: `null` is its start, else a step's start and end. */
export class CaseInstants {
  readonly #instants = new Map<string, number>();

  mark(step: string | null, edge: 'start' | 'end', atNs: number): void {
    this.#instants.set(key({ step, edge }), atNs);
  }

  at(anchor: Anchor): number | undefined {
    return this.#instants.get(key(anchor));
  }
}

function key(anchor: Anchor): string {
  return anchor.step === null ? 'case' : `${anchor.step}.${anchor.edge}`;
}

/** The windows that the expectations of a case leave open; one whose anchor never came has none. */
export function windowsOf(
  expectations: readonly PlannedExpectation[],
  instants: CaseInstants,
): readonly Window[] {
  return expectations.flatMap((expectation) => {
    switch (expectation.kind) {
      case 'message':
        return windowFrom(instants.at(expectation.since), expectation.withinNs, null);
      case 'never':
      case 'unchanged':
        return windowFrom(instants.at(expectation.since), expectation.forNs, expectation.control);
      case 'measure':
      case 'recorded':
      case 'events':
      case 'intervals':
      case 'answer':
        return [];
    }
  });
}

function windowFrom(
  sinceNs: number | undefined,
  forNs: number,
  control: Control | null,
): readonly Window[] {
  return sinceNs === undefined ? [] : [{ endNs: sinceNs + forNs, control }];
}

/** When each kind of message was last seen, to know whether a control has come. */
export type LastSeen = ReadonlyMap<MessageKind, number>;

/** Whether the control of a window has been seen after the window's end. */
export function controlCame(window: Window, lastSeen: LastSeen): boolean {
  if (window.control === null) return true;
  return (lastSeen.get(window.control.message) ?? -1) > window.endNs;
}
