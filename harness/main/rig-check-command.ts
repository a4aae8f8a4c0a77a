import path from 'node:path';
import { formatDurationNs } from '../../devices/domain/quantity.ts';
import { WallClock } from '../../rigs/clock/wall.ts';
import { allVisible } from '../../reports/visible.ts';
import { loadProfileFile } from './rig-side.ts';
import { EXIT, refuseMistakes } from './exit.ts';
import { findFile, readTextFile } from './files.ts';
import { checkRig, type CheckedInstrument, type RigCheck } from './rig-check.ts';
import { loadRig } from './rig-files.ts';

/**
 * Tells what is wrong with a rig before anything is energised.
 * @returns 0 without an error, else 4
 * @throws Refusal with all mistakes of the file
 */
export async function rigCheckCommand(
  named: string,
  flags: { readonly json: boolean },
  print: (text: string) => void,
): Promise<number> {
  const file = findFile(named, 'rigs', ['.rig.yaml']);
  const text = readTextFile(file);
  const rig = loadRig(text.path, text.text);
  if (!rig.ok) throw refuseMistakes(rig.mistakes);
  const check = await checkRig({
    rig: rig.value,
    rigFolder: path.dirname(file),
    profileOf: ({ dut }) => loadProfileFile(dut.profile).profile,
    clock: new WallClock(),
    nowUtcMs: () => Date.now(),
  });
  print(flags.json ? JSON.stringify(check, null, 2) : checkText(allVisible(check)));
  return check.findings.some(({ severity }) => severity === 'error') ? EXIT.rigRefused : EXIT.ok;
}

const COLUMNS: readonly (readonly [
  title: string,
  cell: (instrument: CheckedInstrument) => string | null,
])[] = [
  ['Role', ({ role }) => role],
  ['Driver', ({ driver }) => driver],
  ['Port', ({ port }) => port],
  ['Identity', identityText],
  ['Firmware', ({ identity }) => identity?.firmware ?? null],
  ['Days left', ({ daysLeft }) => (daysLeft === null ? null : String(daysLeft))],
  ['Shows', ({ shows }) => shows],
  ['Lines', linesText],
  ['Dead-man', ({ safety }) => safety?.deadMan ?? null],
  ['Off within', ({ safety }) => (safety === null ? null : offText(safety.offWithinNs))],
];

function checkText(check: RigCheck): string {
  const { rig, profile, instruments, safeWithinNs, findings } = check;
  const rows = [
    COLUMNS.map(([title]) => title),
    ...instruments.map((one) => COLUMNS.map(([, cell]) => cell(one) || '-')),
  ];
  const widths = COLUMNS.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const told = findings.map(
    ({ severity, role, text }) => `${severity.padEnd(7)}  ${role}: ${text}`,
  );
  return [
    `rig ${rig}, for ${profile ?? 'simulation'}`,
    '',
    ...rows.map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    ),
    '',
    `safe within ${offText(safeWithinNs)} at worst, source and switch one after the other`,
    '',
    ...(told.length === 0 ? ['no findings'] : told),
  ].join('\n');
}

function identityText({ identity }: CheckedInstrument): string | null {
  if (identity === null) return null;
  return [identity.make, identity.model, identity.serial].filter((part) => part !== '').join(' ');
}

function linesText({ lines }: CheckedInstrument): string | null {
  if (lines === null) return null;
  return Object.entries(lines)
    .map(([name, on]) => `${name.toUpperCase()} ${on ? 'on' : 'off'}`)
    .join(', ');
}

function offText(ns: number | null): string {
  return ns === null ? 'as long as a person takes' : formatDurationNs(ns);
}
