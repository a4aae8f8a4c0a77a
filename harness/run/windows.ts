import type { MessageKind } from '../../devices/domain/message.ts';
import type { Control, PlannedCase } from '../plan/plan.ts';
import type { CaseInstants } from '../tally/case-instants.ts';

/** How long a case must still be watched after its last step, and which controls end the watching. */
export interface Window {
  readonly endNs: number;
  readonly control: Control | null;
}

/** The windows that the expectations of a case leave open; one whose anchor never came has none. */
export function windowsOf(
  { expectations, fleet }: PlannedCase,
  instants: CaseInstants,
): readonly Window[] {
  return expectations.flatMap((expectation) => {
    switch (expectation.kind) {
      case 'message':
      case 'alarm':
        return windowFrom(instants.at(expectation.since), expectation.withinNs, null);
      case 'never':
      case 'unchanged': {
        const { since, forNs, control } = expectation;
        // The control of one meter says nothing about the others: a fleet is given the whole time.
        return fleet === null
          ? windowFrom(instants.at(since), forNs, control)
          : windowFrom(instants.at(since), forNs + control.withinNs, null);
      }
      case 'measure':
      case 'recorded':
      case 'events':
      case 'intervals':
      case 'answer':
      case 'snapshot':
      case 'threshold':
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
