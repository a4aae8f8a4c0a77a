import { limitText, marginText, measuredText, uncertaintyText } from '../number-text.ts';
import { allVisible } from '../visible.ts';
import type { Compared } from './compare.ts';
import type { PastRun, PastVerdict } from './store.ts';
import type { Trend } from './trend.ts';

type Question = Pick<PastVerdict, 'scenario' | 'case' | 'bench' | 'requirement'>;

/** The runs, and what is no longer as it was: for a terminal. */
export function historyText(runs: readonly PastRun[], trends: readonly Trend[]): string {
  const lines = runs.map(
    ({ startedAt, folder, title, exitCode, defect }) =>
      `  ${startedAt}  ${folder}  exit ${exitCode}  ${title}${defect === null ? '' : ` (defect ${defect})`}`,
  );
  const changed = trends.filter(({ transition }) => transition !== 'same' && transition !== 'new');
  return shown([
    `Runs (${runs.length}, oldest first)`,
    ...lines,
    `Changed (${changed.length} of ${trends.length} questions)`,
    ...changed.map(
      (trend) =>
        `  ${trend.transition}: ${nameOf(trend)}: ${trend.points.map(({ verdict }) => verdict).join(', ')}`,
    ),
  ]);
}

/** Each question with every value, its limits and its margin. */
export function trendText(trends: readonly Trend[]): string {
  return shown(
    trends.flatMap((trend) => [
      `${nameOf(trend)}: ${trend.transition}`,
      ...trend.points.map(pointText),
    ]),
  );
}

function pointText({ startedAt, folder, verdict, measured, limit, margin }: PastVerdict): string {
  const parts = [
    measured === null ? 'no single measurement' : `${measured.name} ${measuredText(measured)}`,
    limit === null ? 'no limit' : limitText(limit),
    `margin ${marginText({ margin, limit }) ?? 'none'}`,
  ];
  return `  ${startedAt}  ${folder}  ${verdict}: ${parts.join('; ')}`;
}

/**
 * Two runs beside each other: what of them was different from the beginning, verdicts that changed,
 * then measurements that moved out of the noise.
 */
export function comparisonText(unlike: readonly string[], compared: readonly Compared[]): string {
  const changed = compared.filter(({ transition }) => transition !== 'same');
  const measured = compared.filter(({ difference }) => difference !== null);
  const moved = measured.filter(({ difference }) => difference?.isNoise === false);
  return shown([
    ...unlike.map((one) => `Not the same question: ${one}`),
    `Verdicts that changed (${changed.length} of ${compared.length})`,
    ...changed.map(changeText),
    `Measurements that moved by more than their noise (${moved.length} of ${measured.length})`,
    ...moved.map(movedText),
  ]);
}

function changeText({ before, after, transition }: Compared): string {
  const question = after ?? before;
  if (question === null) return '';
  const words = `${before?.verdict ?? 'not asked'} -> ${after?.verdict ?? 'not asked'}`;
  return `  ${transition}: ${nameOf(question)}: ${words}`;
}

function movedText({ before, after, difference }: Compared): string {
  const question = after ?? before;
  if (question === null || difference === null) return '';
  const { unit, name } = difference.after;
  const band = difference.band === null ? 'unknown' : uncertaintyText(difference.band, unit);
  return (
    `  ${nameOf(question)}: ${name} ${measuredText(difference.before)} -> ` +
    `${measuredText(difference.after)}, noise band ${band}`
  );
}

/** What comes from files and instruments cannot steer a terminal. */
function shown(lines: readonly string[]): string {
  return allVisible(lines).join('\n');
}

function nameOf({ requirement, scenario, case: name, bench }: Question): string {
  return `${requirement} ${scenario}#${name} on ${bench}`;
}
