import { realpathSync } from 'node:fs';
import { daysUntil } from '../../devices/domain/calendar.ts';
import type { MeterProfile } from '../../devices/domain/profile.ts';
import { instrumentRecord, limitsAt, rigProfileAt } from '../../rigs/bench/abilities.ts';
import {
  doubledPorts,
  limitFindings,
  type RigFinding,
  SEVERITIES,
  switchFindings,
} from '../../rigs/bench/rig-findings.ts';
import { type Survey, survey } from '../../rigs/bench/survey.ts';
import type { Clock } from '../../rigs/port/clock.ts';
import type { Role, Safety } from '../../rigs/driver/driver.ts';
import { type DriverOf, loadDrivers } from '../../rigs/driver/own-driver.ts';
import { BenchError, type RigProfile } from '../../rigs/port/bench.ts';
import { type Fitted, fittedAt, type RigFile, type RigPosition } from '../../rigs/rig-file.ts';
import { type CalibrationFinding, calibrationFindings } from '../plan/calibration.ts';
import { opticalPassword } from './password.ts';
import { type HeldRig, holdRig } from './rig-hold.ts';

/** A rig as it was checked: what its file tells, and what its instruments said. */
export interface RigCheck {
  readonly rig: string;
  readonly profile: RigProfile | null;
  readonly instruments: readonly CheckedInstrument[];
  /** Worst case from the command to the contact, over source and switch; null where a person acts. */
  readonly safeWithinNs: number | null;
  /** The worst first. */
  readonly findings: readonly RigFinding[];
}

export type CheckedInstrument = Omit<Survey, 'findings'> & {
  /** Of its calibration; null without a due date. */
  readonly daysLeft: number | null;
};

export interface RigCheckOptions {
  readonly rig: RigFile;
  /** Folder of the rig file: drivers of the user's own are looked for there. */
  readonly rigFolder: string;
  readonly profileOf: (position: RigPosition) => MeterProfile;
  readonly clock: Clock;
  readonly nowUtcMs: () => number;
}

/** Everything that can be said of a rig before it is energised. @throws nothing that a rig can cause */
export async function checkRig(options: RigCheckOptions): Promise<RigCheck> {
  const { rig, nowUtcMs } = options;
  const sockets = rig.positions.map((position) => ({
    position,
    profile: options.profileOf(position),
  }));
  const inventory = await inventoryOf(options);
  const { loaded } = inventory;
  const safety = safetyOf(rig, loaded);
  const [first] = rig.positions;
  const profile = first === undefined ? null : rigProfileAt(rig, first);
  const fromFile = [
    ...inventory.findings,
    ...switchFindings(rig, safety.isolation),
    ...sockets.flatMap((socket) => limitFindings(rig, socket.profile)),
    ...doubledPorts(
      inventory.all.map(({ name, binding }) => ({ role: name, port: binding.port })),
      realPort,
    ),
    ...inventory.all.flatMap((one) => certified(one, profile, nowUtcMs())),
  ];
  const limits = sockets.map((socket) => limitsAt(rig, socket.profile));
  const surveyed = await underLock(options, loaded, {
    milliVolts: Math.min(...limits.map(({ milliVolts }) => milliVolts)),
    milliAmps: Math.min(...limits.map(({ milliAmps }) => milliAmps)),
  });
  const findings = [
    ...fromFile,
    ...surveyed.findings,
    ...surveyed.surveys.flatMap((one) => one.findings),
  ];
  return {
    rig: rig.rig,
    profile,
    instruments: surveyed.surveys.map(({ findings: _told, ...seen }) => ({
      ...seen,
      daysLeft: daysLeftOf(inventory.all, seen.role, nowUtcMs()),
    })),
    safeWithinNs: safety.withinNs,
    findings: bySeverity(findings),
  };
}

/** An instrument of the rig: those that all sockets share stand once. */
interface Listed extends Fitted {
  readonly name: string;
  readonly position: RigPosition;
}

interface Loaded extends Listed {
  readonly kind: Role;
  readonly binding: Extract<Fitted['binding'], { readonly options: object }>;
  readonly driverOf: DriverOf;
}

function listed(rig: RigFile): readonly Listed[] {
  const seen = new Set<object>();
  const several = rig.positions.length > 1;
  return rig.positions.flatMap((position) =>
    fittedAt(rig, position).flatMap((fitted) => {
      if (seen.has(fitted.binding)) return [];
      seen.add(fitted.binding);
      const shared = SHARED.has(fitted.kind) || !several;
      return {
        ...fitted,
        position,
        name: shared ? fitted.role : `${fitted.role} at ${position.id}`,
      };
    }),
  );
}

const SHARED: ReadonlySet<Fitted['kind']> = new Set([
  'isolation-switch',
  'source',
  'reference-standard',
]);

/** The instruments with their drivers; a driver of the user's own that is none is a finding like others. */
async function inventoryOf({ rig, rigFolder }: RigCheckOptions) {
  const all = listed(rig);
  const loaded: Loaded[] = [];
  const findings: RigFinding[] = [];
  for (const one of all) {
    const { kind, binding } = one;
    if (kind === 'module-link' || !('options' in binding)) continue;
    try {
      const driverOf = await loadDrivers([{ role: kind, binding }], rigFolder);
      loaded.push({ ...one, kind, binding, driverOf });
    } catch (error) {
      if (!(error instanceof BenchError)) throw error;
      findings.push({ severity: 'error', role: one.name, text: error.message });
    }
  }
  return { all, loaded, findings };
}

function safetyOf(
  rig: RigFile,
  loaded: readonly Loaded[],
): { readonly isolation: Safety | null; readonly withinNs: number | null } {
  const of = (role: Role): Safety | null => {
    const one = loaded.find(({ kind }) => kind === role);
    return one?.driverOf(one.kind, one.binding).safety?.(one.binding.options) ?? null;
  };
  const isolation = of('isolation-switch');
  const ways = [
    ...(rig.mains === undefined ? [] : [isolation]),
    ...(rig.source === undefined ? [] : [of('source')]),
  ].map((one) => one?.offWithinNs ?? null);
  const withinNs = ways.some((ns) => ns === null)
    ? null
    : ways.reduce<number>((sum, ns) => sum + (ns ?? 0), 0);
  return { isolation, withinNs };
}

function certified(
  { name, ...fitted }: Listed,
  profile: RigProfile | null,
  nowUtcMs: number,
): readonly RigFinding[] {
  return calibrationFindings([instrumentRecord(fitted)], nowUtcMs).map((one) => ({
    severity: severityOf(one, profile),
    role: name,
    text: one.text,
  }));
}

function severityOf(
  { what, decides }: CalibrationFinding,
  profile: RigProfile | null,
): RigFinding['severity'] {
  const refuses = profile === 'lab' || profile === 'certification';
  return what === 'overdue' && decides && refuses ? 'error' : 'warning';
}

/** Holds the rig while its instruments are asked, one after the other; who holds it already is a finding. */
async function underLock(
  { rig, clock, nowUtcMs }: RigCheckOptions,
  loaded: readonly Loaded[],
  limits: ReturnType<typeof limitsAt>,
): Promise<{ readonly surveys: readonly Survey[]; readonly findings: readonly RigFinding[] }> {
  let hold: HeldRig;
  try {
    const ports = loaded.flatMap(({ binding }) => binding.port ?? []);
    hold = holdRig(rig.rig, ports, nowUtcMs);
  } catch (error) {
    if (!(error instanceof BenchError)) throw error;
    return { surveys: [], findings: [{ severity: 'error', role: 'rig', text: error.message }] };
  }
  const surveys: Survey[] = [];
  try {
    for (const { name, kind, binding, position, driverOf } of loaded) {
      const one = { name, role: kind, binding, driver: driverOf(kind, binding) };
      const meterSerial = kind === 'optical-port' ? position.dut.serial : null;
      surveys.push(
        await survey({ ...one, meterSerial }, { rig, clock, limits, secret: opticalPassword }),
      );
      hold.lock?.heartbeat();
    }
  } finally {
    hold.lock?.release();
  }
  return { surveys, findings: hold.findings };
}

function realPort(port: string): string {
  try {
    return realpathSync(port);
  } catch {
    return port;
  }
}

function daysLeftOf(all: readonly Listed[], role: string, nowUtcMs: number): number | null {
  const due = all.find(({ name }) => name === role)?.binding.instrument?.due ?? null;
  return due === null ? null : daysUntil(due, nowUtcMs);
}

function bySeverity(findings: readonly RigFinding[]): readonly RigFinding[] {
  return SEVERITIES.flatMap((each) => findings.filter(({ severity }) => severity === each));
}
