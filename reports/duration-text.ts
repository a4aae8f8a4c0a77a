import type { Plan } from '../harness/plan/plan.ts';
import { tookText } from './number-text.ts';
import type { Report } from './report.ts';

/** Each kind of time by itself: an hour of one is not an hour of the other. */
export function durationText({ durationNs, cases }: Report, plan: Plan): string {
  const wall = plan.cases.filter(({ time }) => time === 'wall');
  const wallNs = wall.reduce((sum, { key }) => sum + (cases.get(key)?.durationNs ?? 0), 0);
  const simulated = `${tookText(Math.max(0, durationNs - wallNs))} of simulated time`;
  if (wall.length === 0) return simulated;
  const ofWall = `${tookText(wallNs)} of wall time`;
  return wall.length === plan.cases.length ? ofWall : `${simulated} and ${ofWall}`;
}
