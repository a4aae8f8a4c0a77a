import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { compose, DEFAULT_SETTINGS } from '../../../harness/main/compose.ts';
import { evidenceOf } from '../../../harness/main/evidence.ts';
import { openWallReach } from '../../../harness/main/wall-reach.ts';
import { journalTime } from '../../../harness/journal/journal-time.ts';
import { JournalWriter } from '../../../harness/journal/writer.ts';
import { run } from '../../../harness/run/run.ts';

/**
 * A runner as the product composes it, except that it comes to harm when a given line of its journal
 * has been written: `SIGKILL`, or a main thread that never comes back. The instant stands in a file.
 */
const [scenario = '', rig = '', folder = '', line = '0', harm = 'kill'] = process.argv.slice(2);
const composition = await compose(scenario, { ...DEFAULT_SETTINGS, rig });
if (composition.wall === null) throw new Error('the rig is a simulated one');
const { runId, files, planText } = evidenceOf(composition);
writeFileSync(path.join(folder, 'plan.json'), planText);
const reach = await openWallReach(composition.wall, folder, runId);
const { clock } = composition;
const journal = new JournalWriter(
  path.join(folder, 'journal.ndjson'),
  () => journalTime(clock),
  reach.fence,
);
const end = await run({
  plan: composition.plan,
  runId,
  files,
  journal: {
    append: (body) => {
      const { seq } = journal.append(body);
      if (seq === Number(line)) comeToHarm();
    },
    flush: () => journal.flush(),
    keepTime: (next) => journal.keepTime(next),
  },
  benchFor: (planned) => reach.bench(planned.position),
  onFailure: () => () => undefined,
  signal: reach.signal,
  progress: () => undefined,
});
await reach.close(end.rigSafe, end.detail);
journal.close();

function comeToHarm(): void {
  writeFileSync(path.join(folder, 'harm.txt'), String(process.hrtime.bigint()));
  if (harm === 'kill') process.kill(process.pid, 'SIGKILL');
  for (;;);
}
