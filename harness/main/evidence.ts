import { sha256 } from '../journal/hash.ts';
import type { RunOptions } from '../run/run.ts';
import type { Composition } from './compose.ts';

const RUN_ID_DIGITS = 12;

/** What a run is known by and rests on: the same for a run in a folder and for one in memory. */
export interface Evidence {
  readonly planText: string;
  readonly runId: string;
  /** plan.json first, then every text that the plan was made from. */
  readonly files: RunOptions['files'];
}

export function evidenceOf({ plan, files }: Composition): Evidence {
  const planText = `${JSON.stringify(plan, null, 2)}\n`;
  const texts = [{ name: 'plan.json', text: planText }, ...files];
  return {
    planText,
    runId: sha256(planText).slice(0, RUN_ID_DIGITS),
    files: texts.map(({ name, text }) => ({ name, sha256: sha256(text), text })),
  };
}
