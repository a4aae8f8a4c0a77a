import { messageOf } from '../../devices/domain/error-text.ts';
import type { Clock } from '../port/clock.ts';
import type { Binding } from '../driver/binding.ts';
import type { Driver, DriverContext, Ports, Role, Safety } from '../driver/driver.ts';
import type { FarLines } from '../port/channel.ts';
import type { Identity } from '../port/instrument.ts';
import type { Operator } from '../port/operator.ts';
import type { RigFile } from '../rig-file.ts';
import { openLine } from '../serial/open-line.ts';
import { driverContext } from './instruments.ts';
import { energisesByPort, type RigFinding } from './rig-findings.ts';
import { identityFindings } from './survey-identity.ts';
import { type Look, LOOKS } from './survey-looks.ts';

/** What an instrument said of itself when nothing was energised. */
export interface Survey {
  readonly role: string;
  readonly driver: string;
  readonly port: string | null;
  readonly identity: Identity | null;
  /** What it shows now, or why it was not asked. */
  readonly shows: string | null;
  readonly lines: FarLines | null;
  /** Null for instruments that promise nothing about the way to the safe state. */
  readonly safety: Safety | null;
  readonly findings: readonly RigFinding[];
}

export interface SurveyOptions {
  readonly rig: RigFile;
  readonly clock: Clock;
  readonly limits: DriverContext['limits'];
  readonly secret: DriverContext['secret'];
}

/** An instrument of a rig with its driver. */
export interface Surveyable<R extends Role> {
  /** As the table names it: "probe temperature at A1". */
  readonly name: string;
  readonly role: R;
  readonly binding: Binding;
  readonly driver: Driver<R>;
  /** Serial number of the meter in the socket, where it is of one. */
  readonly meterSerial: string | null;
}

/** A person is not fetched for a look. */
class NotAsked extends Error {}

const NOBODY: Operator = { ask: () => Promise.reject(new NotAsked('a person is not asked')) };

/**
 * Opens one instrument, asks it who it is and what it shows, and gives its port back. Nothing is
 * commanded; a port that would energise the meter is left alone.
 */
export async function survey<R extends Role>(
  one: Surveyable<R>,
  options: SurveyOptions,
): Promise<Survey> {
  const { name, binding, driver } = one;
  const safety = driver.safety?.(binding.options) ?? null;
  const said: Said = { identity: null, shows: null, lines: null, findings: [] };
  const reason = reasonNotToOpen(one, safety, options.rig);
  if (reason === null) await ask(one, options, said);
  else said.shows = reason;
  return { role: name, driver: driver.name, port: binding.port, safety, ...said };
}

interface Said {
  identity: Identity | null;
  shows: string | null;
  lines: FarLines | null;
  readonly findings: RigFinding[];
}

function reasonNotToOpen<R extends Role>(
  { role, binding }: Surveyable<R>,
  safety: Safety | null,
  { mains }: RigFile,
): string | null {
  if (binding.port === 'simulated') return 'a twin';
  if (role !== 'isolation-switch' || mains === undefined) return null;
  return energisesByPort(mains, safety) ? 'not opened: its port energises the meter' : null;
}

async function ask<R extends Role>(
  one: Surveyable<R>,
  options: SurveyOptions,
  said: Said,
): Promise<void> {
  const { name, role, binding, driver, meterSerial } = one;
  const tell = (severity: RigFinding['severity'], text: string): void => {
    said.findings.push({ severity, role: name, text });
  };
  /** One question; what comes of it keeps no other from being asked. */
  const question = async (put: () => Promise<void>): Promise<void> => {
    try {
      await put();
    } catch (error) {
      if (error instanceof NotAsked) said.shows = error.message;
      else tell('error', messageOf(error));
    }
  };
  let instrument: Ports[R] | null = null;
  await question(async () => {
    instrument = await driver.open(binding.options, contextOf(one, options, said));
  });
  const opened = instrument as Ports[R] | null;
  if (opened === null) return;
  await question(async () => {
    said.identity = await opened.identify();
  });
  const look: Look<R> = LOOKS[role];
  await question(async () => {
    const seen = await look(opened, { meterSerial });
    said.shows = seen.shows;
    said.identity ??= seen.identity ?? null;
    for (const { severity, text } of seen.findings ?? []) tell(severity, text);
  });
  for (const { severity, text } of identityFindings(said.identity, binding.instrument, role)) {
    tell(severity, text);
  }
  await question(() => opened.release());
}

/** The context of a driver whose port also tells what the far end drives. */
function contextOf<R extends Role>(
  { name, role, driver, binding }: Surveyable<R>,
  { rig, clock, limits, secret }: SurveyOptions,
  said: Said,
): DriverContext {
  const { mains = null, standard = null } = rig;
  return driverContext(
    {
      mains,
      standard,
      clock,
      limits,
      secret,
      operator: NOBODY,
      openLine: async (request) => {
        const channel = await openLine(name, binding.port ?? '', request.settings, clock);
        said.lines = (await channel.readLines?.()) ?? null;
        return channel;
      },
    },
    { role, name, driver, binding },
  );
}
