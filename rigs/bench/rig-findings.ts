import type { MeterProfile } from '../../devices/domain/profile.ts';
import { formatQuantity, type Unit } from '../../devices/domain/quantity.ts';
import type { Safety } from '../driver/driver.ts';
import type { MainsBinding, RigFile } from '../rig-file.ts';
import { limitsAt } from './abilities.ts';

/** An error keeps the rig from being used; a warning is for whoever answers for it. */
export const SEVERITIES = ['error', 'warning', 'note'] as const;

/** Something about a rig that a person should know before it is energised. */
export interface RigFinding {
  readonly severity: (typeof SEVERITIES)[number];
  /** Of which instrument; 'rig' for the file as a whole. */
  readonly role: string;
  readonly text: string;
}

/** What the wiring of the switch tells, from the rig file alone. @param safety null for one that promises nothing */
export function switchFindings(
  { mains, standard }: Pick<RigFile, 'mains' | 'standard'>,
  safety: Safety | null,
): readonly RigFinding[] {
  if (mains === undefined) {
    return [finding('warning', 'there is no switch: what stands in the socket cannot be isolated')];
  }
  const lone = mains['in-series-with'] === undefined && safety !== null ? aloneFault(safety) : null;
  return [
    ...(lone === null ? [] : [finding('error', lone)]),
    ...verifierFindings(mains, standard?.senses ?? null),
    ...hobbyFindings(mains),
  ];
}

/** Whether opening or closing the port of a switch may energise the meter, with nothing else to hold it. */
export function energisesByPort(mains: MainsBinding, safety: Safety | null): boolean {
  if (safety === null || mains['in-series-with'] !== undefined) return false;
  return safety.energisesOnOpen || safety.energisesOnRelease === true;
}

/** Why a switch may not hold the mains alone; null when it may. */
function aloneFault({ energisesOnOpen, energisesOnRelease, deadMan }: Safety): string | null {
  const second = 'name a second contact that is off at power-up: in-series-with';
  if (energisesOnOpen) {
    // node-serialport #1605: the operating system raises DTR and RTS whenever anybody opens the port.
    return `a control line alone holds the mains: whoever opens the port raises it and energises the meter; ${second}`;
  }
  if (energisesOnRelease === true) {
    return `the meter is energised as soon as nobody holds the port; ${second}`;
  }
  if (deadMan === 'line drops')
    return `a line that drops is no dead-man when it stands alone; ${second}`;
  return null;
}

function verifierFindings(
  { readback, 'verify-by': verifyBy }: MainsBinding,
  senses: 'upstream' | 'downstream' | null,
): readonly RigFinding[] {
  switch (verifyBy) {
    case 'standard':
      if (senses === null) return [finding('error', 'verify-by: standard, but there is none')];
      if (senses === 'downstream') return [];
      return [
        finding(
          'error',
          'verify-by: standard, but the standard senses upstream of the switch: it reads the same whether the contact is open or closed',
        ),
      ];
    case 'readback':
      if (readback !== 'none') return [];
      return [finding('error', 'verify-by: readback, but the switch has none (readback: none)')];
    case 'nothing':
      return [
        finding(
          'warning',
          'nothing shows whether the switch moved: the safe state is commanded and never verified',
        ),
      ];
  }
}

/** Boards for makers: no rating, no certificate, contacts that weld. */
const HOBBY_BOARDS: ReadonlySet<string> = new Set(['lcus', 'numato', 'line']);

function hobbyFindings({ driver, switches }: MainsBinding): readonly RigFinding[] {
  if (!HOBBY_BOARDS.has(driver) || switches === 'contactor') return [];
  return [
    finding(
      'warning',
      `a ${driver} relay switches the potential circuit itself: mind the rating of its contact, or let it drive a contactor`,
    ),
  ];
}

/** What the limits of a rig allow beyond the meter in a socket. */
export function limitFindings(rig: RigFile, profile: MeterProfile): readonly RigFinding[] {
  const { voltage, current } = rig.limits;
  const lower = limitsAt(rig, profile);
  return [
    ...above('voltage', voltage, lower.milliVolts, 'mV'),
    ...above('current', current, lower.milliAmps, 'mA'),
  ].map((text) => ({ severity: 'warning', role: 'rig', text: `${text} (${profile.profile})` }));
}

function above(what: string, own: number, lower: number, unit: Unit): readonly string[] {
  if (own <= lower) return [];
  const [rigs, meters] = [own, lower].map((value) => formatQuantity({ value, unit }));
  return [`limits: ${what} ${rigs} is above the ${meters} of the meter in the socket, which count`];
}

/**
 * Ports that stand twice in a rig file.
 * @param realPort what a port really is: a by-id path and its device are one
 */
export function doubledPorts(
  used: readonly { readonly role: string; readonly port: string | null }[],
  realPort: (port: string) => string,
): readonly RigFinding[] {
  const first = new Map<string, string>();
  const found: RigFinding[] = [];
  for (const { role, port } of used) {
    if (port === null || port === 'simulated') continue;
    const real = realPort(port);
    const other = first.get(real);
    if (other === undefined) first.set(real, role);
    else found.push({ severity: 'error', role, text: `${port} is the port of ${other} already` });
  }
  return found;
}

function finding(severity: RigFinding['severity'], text: string): RigFinding {
  return { severity, role: 'isolation-switch', text };
}
