import type { Role } from '../driver/driver.ts';
import type { InstrumentDescription } from '../driver/instrument-block.ts';
import type { Identity } from '../port/instrument.ts';
import type { RigFinding } from './rig-findings.ts';

/** On whose certificate a verdict may rest: another serial number is another certificate. */
const CERTIFIED: ReadonlySet<Role> = new Set(['reference-standard', 'clock-output', 'probe']);

/** Where the word of an instrument and its block in the rig file differ; silence contradicts nothing. */
export function identityFindings(
  identity: Identity | null,
  described: InstrumentDescription | null,
  role: Role,
): readonly Pick<RigFinding, 'severity' | 'text'>[] {
  // What an optical port tells is the meter's word, not the probe's.
  if (identity === null || described === null || role === 'optical-port') return [];
  const told = (what: keyof Identity, own: string): string =>
    `the rig file says ${what} ${own}, it says ${identity[what]}`;
  const differing = (['make', 'model'] as const).filter(
    (what) => identity[what] !== '' && !isAlike(identity[what], described[what]),
  );
  const isOther = identity.serial !== '' && identity.serial !== described.serial;
  return [
    ...differing.map((what) => ({
      severity: 'warning' as const,
      text: told(what, described[what]),
    })),
    ...(isOther
      ? [
          {
            severity: CERTIFIED.has(role) ? ('error' as const) : ('warning' as const),
            text: told('serial', described.serial),
          },
        ]
      : []),
  ];
}

/** "ZERA" and "ZERA GmbH" are one maker. */
function isAlike(one: string, other: string): boolean {
  const [a, b] = [one, other].map((name) => name.toLowerCase());
  return a !== undefined && b !== undefined && (a.includes(b) || b.includes(a));
}
