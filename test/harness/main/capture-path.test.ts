import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { capturePathIn } from '../../../harness/main/capture-path.ts';
import { compose, DEFAULT_SETTINGS } from '../../../harness/main/compose.ts';

test('every case of the acceptance suite has a capture of a name of its own', async () => {
  const { plan } = await compose('acceptance', { ...DEFAULT_SETTINGS, wallTime: true });
  const folder = mkdtempSync(join(tmpdir(), 'meterbench-captures-'));
  try {
    for (const { key } of plan.cases) writeFileSync(capturePathIn(folder, key), '', { flag: 'wx' });
    expect(basename(capturePathIn(folder, 'a/b#deviation=-4.5 s'))).toBe(
      'capture-a-b-deviation-minus-4-5-s.pcapng',
    );
    expect(basename(capturePathIn(folder, 'a/b#the only case'))).toBe('capture-a-b.pcapng');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
