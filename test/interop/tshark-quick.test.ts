import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keysCommand } from '../../harness/main/keys-command.ts';
import { CLI } from '../harness/main/command-line.ts';
import { missingPeers, output, PEERS_REQUIRED } from './peers.ts';

const MISSING = missingPeers({ tshark: ['tshark', '--version'] });
const why = MISSING.length === 0 ? '' : ` (skipped: ${MISSING.join(', ')} missing)`;
const BLOCK = 256;
/** No meter of the suite has a key of this block. */
const FOREIGN_BLOCK = 100;
const LONG_MS = 240_000;
/** Of scenarios that send bad messages on purpose, or in another language. */
const FORGED = /^capture-security-/;

/** What tshark says of the frames of one interface: the meters of one block of key ids. */
interface Judged {
  frames: number;
  good: number;
  bad: number;
}

test.runIf(PEERS_REQUIRED)('tshark is here, as it is required', () => {
  expect(MISSING).toEqual([]);
});

describe.skipIf(MISSING.length > 0)(`tshark judges the APDUs of the suite quick${why}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'meterbench-tshark-quick-'));
  const run = join(folder, 'run');
  let captures: readonly string[] = [];

  beforeAll(async () => {
    await output(process.execPath, [CLI, 'run', 'quick', '--capture', `--out=${run}`]);
    captures = readdirSync(run).filter((name) => name.endsWith('.pcapng') && !FORGED.test(name));
  }, LONG_MS);
  afterAll(() => rmSync(folder, { recursive: true }));

  test(
    'every MAC is good with the keys of its block',
    async () => {
      let judged = 0;
      for (const capture of captures) {
        const ofFirst = await judge(capture, 0);
        for (const [block, { frames }] of ofFirst) {
          const own = block === 0 ? ofFirst.get(0) : (await judge(capture, block)).get(block);
          expect([capture, block, own]).toEqual([capture, block, { frames, good: frames, bad: 0 }]);
          judged += frames;
        }
      }
      // A case of each of the suite's scenarios, and more than a few messages.
      expect(captures.length).toBeGreaterThan(50);
      expect(judged).toBeGreaterThan(10_000);
    },
    LONG_MS,
  );

  test(
    'control: with the keys of meters that are not there every MAC is bad',
    async () => {
      // One in four will do: what the keys are is the same for all.
      for (const capture of captures.filter((_, place) => place % 4 === 0)) {
        for (const [block, { frames, ...outcome }] of await judge(capture, FOREIGN_BLOCK)) {
          expect([capture, block, outcome]).toEqual([capture, block, { good: 0, bad: frames }]);
        }
      }
    },
    LONG_MS,
  );

  /** By interface, whose number is that of its block. */
  async function judge(capture: string, block: number): Promise<ReadonlyMap<number, Judged>> {
    const keys = keysCommand({ first: block * BLOCK, meters: BLOCK, format: 'tshark' });
    const fields = '-e frame.interface_id -e c1222.crypto_good -e c1222.crypto_bad';
    const line = `eval tshark -r "$1" -T fields ${fields} $2`;
    const text = await output('sh', ['-c', line, 'sh', join(run, capture), keys]);
    const interfaces = new Map<number, Judged>();
    for (const each of text.split('\n').slice(0, -1)) {
      const [id, good, bad] = each.split('\t');
      const number = Number(id);
      const judged = interfaces.get(number) ?? { frames: 0, good: 0, bad: 0 };
      interfaces.set(number, judged);
      judged.frames += 1;
      judged.good += Number(good === '1');
      judged.bad += Number(bad === '1');
    }
    return interfaces;
  }
});
