/** Tries a head-end file against the head-end that it describes, before anything is judged. */
import { messageOf } from '../../devices/domain/error-text.ts';
import { formatDurationNs, parseQuantity } from '../../devices/domain/quantity.ts';
import { WallClock } from '../../rigs/clock/wall.ts';
import { ForeignNorthbound } from '../../rigs/head-end/foreign/foreign-northbound.ts';
import type { HeadEndFile } from '../../rigs/head-end/foreign/head-end-file.ts';
import type { ControlName } from '../../rigs/head-end/foreign/capabilities.ts';
import { BenchError } from '../../rigs/port/bench.ts';
import { EXIT, Refusal } from './exit.ts';
import { manifestRow } from './foreign-head-end.ts';
import { loadHeadEndFile } from './head-end-side.ts';

export interface HeadEndCheckFlags {
  readonly for: string;
  readonly json: boolean;
}

/** What became of one part of a file. */
interface Checked {
  readonly part: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** Calls that change nothing; the others are tried by the scenarios that need them. */
type Reading = Extract<
  ControlName,
  | 'records'
  | 'configurations'
  | 'provisionings'
  | 'alarms'
  | 'clock'
  | 'counters'
  | 'payloads'
  | 'search-events'
>;

/** Opens every observer and asks every call that only reads. @returns the exit code */
export async function headEndCheckCommand(
  named: string,
  flags: HeadEndCheckFlags,
  print: (text: string) => void,
): Promise<number> {
  const { file } = loadHeadEndFile(named);
  const duration = parseQuantity(flags.for);
  if (duration?.unit !== 'ns' || duration.value < 0) {
    throw new Refusal(EXIT.file, `--for ${flags.for}: a duration such as "10 s" is wanted`);
  }
  const checked = await check(file, duration.value);
  const failed = checked.filter(({ ok }) => !ok).length;
  print(
    flags.json ? JSON.stringify({ headEnd: file['head-end'], checked }) : textOf(file, checked),
  );
  return failed === 0 ? EXIT.ok : EXIT.failed;
}

async function check(file: HeadEndFile, listenNs: number): Promise<readonly Checked[]> {
  const clock = new WallClock();
  const faults: string[] = [];
  let northbound: ForeignNorthbound;
  try {
    northbound = await ForeignNorthbound.connect({
      file,
      clock,
      environment: process.env,
      onFault: (fault) => faults.push(fault.message),
    });
  } catch (error) {
    if (!(error instanceof BenchError)) throw error;
    return [{ part: 'northbound', ok: false, detail: error.message }];
  }
  try {
    let events = 0;
    northbound.listen(() => {
      events += 1;
    });
    const controls = await checkControls(file, northbound);
    await clock.sleepUntil(clock.nowNs() + listenNs);
    const { messages, unmapped } = northbound.heard;
    const codes = [...unmapped].map(([code, times]) => `${code} (${times})`).join(', ');
    const heard = `${messages} messages in ${formatDurationNs(listenNs)}, ${events} of them events`;
    return [
      {
        part: 'northbound',
        ok: faults.length === 0,
        detail: faults[0] ?? heard + (codes === '' ? '' : `; no map for codes ${codes}`),
      },
      ...controls,
    ];
  } finally {
    await northbound.close();
  }
}

async function checkControls(
  file: HeadEndFile,
  northbound: ForeignNorthbound,
): Promise<readonly Checked[]> {
  const serials = [manifestRow(0).serial];
  const counted = async (list: Promise<readonly unknown[]>): Promise<string> =>
    `${(await list).length} for meter ${serials[0] ?? ''}`;
  const readings: Readonly<Record<Reading, () => Promise<string>>> = {
    records: () => counted(northbound.records(serials)),
    configurations: () => counted(northbound.configurations(serials)),
    provisionings: () => counted(northbound.provisionings(serials)),
    alarms: () => counted(northbound.alarms(serials)),
    'search-events': () =>
      counted(northbound.searchEvents({ serial: serials[0] ?? '', fromMs: 0, toMs: Date.now() })),
    counters: async () => JSON.stringify(await northbound.counters()),
    payloads: async () => `${(await northbound.payloads()).length} kinds of messages`,
    clock: async () => {
      const { offsetNs, uncertaintyNs } = await northbound.clockOffset();
      return `${formatDurationNs(offsetNs)} off this host's, U = ${formatDurationNs(uncertaintyNs)} (k = 2)`;
    },
  };
  const checked: Checked[] = [];
  for (const [name, ask] of Object.entries(readings)) {
    if (!(name in file.control)) continue;
    const part = `control ${name}`;
    try {
      checked.push({ part, ok: true, detail: await ask() });
    } catch (error) {
      if (!(error instanceof BenchError)) throw error;
      checked.push({ part, ok: false, detail: messageOf(error) });
    }
  }
  return checked;
}

function textOf(file: HeadEndFile, checked: readonly Checked[]): string {
  const rows = checked.map(
    ({ part, ok, detail }) => `  ${ok ? 'ok    ' : 'FAILED'}  ${part.padEnd(24)}  ${detail}`,
  );
  return [`${file['head-end']}: ${file.capabilities.join(', ')}`, ...rows].join('\n');
}
