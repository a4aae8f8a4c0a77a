import { messageOf } from '../../devices/domain/error-text.ts';
import { formatQuantity } from '../../devices/domain/quantity.ts';
import type { Ports, Role } from '../driver/driver.ts';
import { DEAD_MILLI_VOLTS } from '../guardian/make-safe.ts';
import type { Identity, OpticalPort } from '../port/instrument.ts';
import type { RigFinding } from './rig-findings.ts';

/** What an instrument shows while nothing is commanded. */
interface Seen {
  readonly shows: string | null;
  readonly identity?: Identity;
  readonly findings?: readonly Pick<RigFinding, 'severity' | 'text'>[];
}

/** Looks at an instrument without commanding anything. @throws BenchError when it does not answer */
export type Look<R extends Role> = (
  instrument: Ports[R],
  socket: { readonly meterSerial: string | null },
) => Promise<Seen>;

const LIVE = 'the socket may be live' as const;

export const LOOKS: { readonly [R in Role]: Look<R> } = {
  'isolation-switch': async (isolation) => {
    const state = await isolation.readBack();
    if (state !== 'closed') return { shows: state ?? 'no read-back' };
    return {
      shows: state,
      findings: [{ severity: 'error', text: `it reads back closed: ${LIVE}` }],
    };
  },
  source: async (source) => {
    if (!(await source.outputIsOn())) return { shows: 'output off' };
    const text = `its output is on: ${LIVE}`;
    return { shows: 'output on', findings: [{ severity: 'error', text }] };
  },
  'reference-standard': async (standard) => {
    const { milliVolts } = await standard.measure();
    if (milliVolts === null) return { shows: 'measures no voltage' };
    const shows = `${(milliVolts / 1000).toFixed(1)} V ${standard.senses}`;
    if (standard.senses === 'upstream' || milliVolts < DEAD_MILLI_VOLTS) return { shows };
    return {
      shows,
      findings: [{ severity: 'error', text: `it reads ${shows}: the socket is live` }],
    };
  },
  'optical-port': lookAtMeter,
  probe: async (probe) => {
    const reading = await probe.read();
    return {
      shows: reading.kind === 'text' ? reading.value : formatQuantity(reading),
    };
  },
  'clock-output': () => Promise.resolve({ shows: null }),
  'pulse-input': () => Promise.resolve({ shows: null }),
  console: () => Promise.resolve({ shows: null }),
  stimulus: () => Promise.resolve({ shows: null }),
};

/** ST1 and ST5 of ANSI C12.19: who made the meter, and what it is called. */
const MANUFACTURER_TABLE = 1;
const IDENTIFICATION_TABLE = 5;

/** A meter that is dark says nothing on its optical port, which is no fault of the rig. */
async function lookAtMeter(
  port: OpticalPort,
  { meterSerial }: { readonly meterSerial: string | null },
): Promise<Seen> {
  try {
    const { made, called } = await readIdentity(port);
    const serial = field(called['IDENTIFICATION']);
    const identity = {
      make: field(made['MANUFACTURER']),
      model: field(made['ED_MODEL']),
      serial,
      firmware: [made['FW_VERSION_NUMBER'], made['FW_REVISION_NUMBER']].map(String).join('.'),
    };
    const shows = `meter ${serial}`;
    if (meterSerial === null || serial === meterSerial) return { shows, identity };
    const text = `the rig file says meter ${meterSerial}, the meter in the socket says ${serial}`;
    return { shows, identity, findings: [{ severity: 'error', text }] };
  } catch (error) {
    const text = `no meter answers, which is no fault of a dark one: ${messageOf(error)}`;
    return { shows: 'no meter answers', findings: [{ severity: 'note', text }] };
  }
}

function field(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}

async function readIdentity(port: OpticalPort) {
  const session = await port.open();
  try {
    const made = (await session.readTable(MANUFACTURER_TABLE)).value;
    const called = (await session.readTable(IDENTIFICATION_TABLE)).value;
    return { made, called };
  } finally {
    await session.close();
  }
}
