import type { ActionKind } from '../../rigs/port/action.ts';
import { ARCHIVE_NS, archiveTables } from '../scenario/verb/archive-tables.ts';
import type { PlannedStep } from './plan.ts';

/** The step that keeps what the first writing step may change; no person writes this id. */
const ARCHIVE_STEP = 'archive-before-writing';

/**
 * Steps of a case with an archive of the meter's tables before the first of them that writes.
 * Unchanged where nothing writes, where somebody archives already, and while the meter is dark: it
 * could not answer.
 */
export function withArchive(steps: readonly PlannedStep[]): readonly PlannedStep[] {
  if (steps.some(({ action }) => action.do === 'archive-tables')) return steps;
  const at = steps.findIndex(({ effects }) =>
    effects.some((effect) => effect === 'writes' || effect === 'clears billing'),
  );
  const first = steps[at];
  if (first === undefined || !isLiveBefore(steps.slice(0, at))) return steps;
  const archive: PlannedStep = {
    id: ARCHIVE_STEP,
    action: { do: 'archive-tables' },
    of: null,
    // When the writing step is due is the writing step's own matter.
    atNs: null,
    afterNs: null,
    effects: archiveTables.effects,
    energises: false,
    expectedNs: ARCHIVE_NS,
    source: first.source,
  };
  return steps.toSpliced(at, 0, archive);
}

const MAINS: Partial<Record<ActionKind, boolean>> = {
  'close-mains': true,
  'interrupt-mains': true,
  'open-mains': false,
  'restore-mains': false,
};

function isLiveBefore(steps: readonly PlannedStep[]): boolean {
  return steps.reduce((live, { action }) => MAINS[action.do] ?? live, false);
}
