/** Where simulated meters are asked over DLMS: the wrapper, HDLC, and calls that a meter makes. */
import { isIPv4 } from 'node:net';
import type { WallClock } from '../../rigs/clock/wall.ts';
import { DlmsPort, type DlmsReceiver } from '../../rigs/dlms/dlms-port.ts';
import { HdlcPort } from '../../rigs/dlms/hdlc-port.ts';
import { HdlcSession } from '../../rigs/dlms/hdlc-session.ts';
import { MeterCall } from '../../rigs/dlms/meter-call.ts';
import type { UdpAddress } from '../../rigs/fleet/udp-link.ts';
import { BenchError } from '../../rigs/port/bench.ts';
import { EXIT, Refusal } from './exit.ts';
import { listenAddress, targetAddress } from './loopback-address.ts';
import { openOpticalPath } from './optical-channel.ts';
import type { UntilStopped } from './until-stopped.ts';

export interface DlmsFlags {
  readonly dlms?: string;
  readonly hdlc?: string;
  readonly dlmsCall?: string;
  readonly dlmsConnections: number;
  readonly each: 'port' | 'address';
  readonly meters: number;
}

/** One that is asked; `closePath` closes a connection to it. */
export type DlmsMeter = (row: number, closePath: (path: string) => void) => DlmsReceiver;

export interface DlmsFaces {
  /** Where each meter is reached in its wrapper, in their order. */
  readonly wrapper: readonly UdpAddress[];
  /** Where HDLC is spoken: an address, or a serial path. */
  readonly hdlc: UdpAddress | string | null;
  close(): Promise<void>;
}

const SILENCE_MS = 15 * 60_000;
const HIGHEST_PORT = 65_535;

/** One meter, whatever it is asked by: whoever is associated stays so from datagram to datagram. */
class Served {
  /** Of its ports alone: connections to two of them may have the same path. */
  readonly hangUps: ((path: string) => void)[] = [];
  readonly #make: () => DlmsReceiver;
  #meter: DlmsReceiver | null = null;

  constructor(row: number, meterOf: DlmsMeter) {
    this.#make = () => meterOf(row, (path) => this.hangUps.forEach((hangUp) => hangUp(path)));
  }

  /** Made when it is first called. */
  get meter(): DlmsReceiver {
    this.#meter ??= this.#make();
    return this.#meter;
  }
}

export function speaksDlms({ dlms, hdlc, dlmsCall }: DlmsFlags): boolean {
  return dlms !== undefined || hdlc !== undefined || dlmsCall !== undefined;
}

/** Opens every face that was asked for. @throws Refusal, BenchError */
export async function openDlmsFaces(
  flags: DlmsFlags,
  meterOf: DlmsMeter,
  clock: WallClock,
  stopped: UntilStopped,
): Promise<DlmsFaces> {
  const closers: (() => Promise<void>)[] = [];
  const first = new Served(0, meterOf);
  const close = async (): Promise<void> => {
    for (const closer of closers.toReversed()) await closer();
  };
  try {
    const wrapper: UdpAddress[] = [];
    for (const [row, address] of addressesOf(flags).entries()) {
      const one = row === 0 ? first : new Served(row, meterOf);
      const port = await DlmsPort.open({
        address,
        blame: 'rig',
        clock,
        connectionsMost: flags.dlmsConnections,
        silenceMs: SILENCE_MS,
        meterAt: () => one.meter,
      });
      closers.push(() => port.close());
      one.hangUps.push((path) => port.hangUp(path));
      wrapper.push(port.address);
    }
    const hdlc =
      flags.hdlc === undefined ? null : await openHdlc(flags.hdlc, first.meter, clock, stopped);
    if (hdlc !== null) {
      closers.push(() => hdlc.close());
      first.hangUps.push((path) => hdlc.hangUp(path));
    }
    if (flags.dlmsCall !== undefined) {
      const call = await openCall(flags.dlmsCall, first.meter, clock, stopped);
      closers.push(() => call.close());
    }
    return { wrapper, hdlc: hdlc?.address ?? null, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** An address for each meter: the first one's, and those that follow it by port or by address. */
function addressesOf({ dlms, meters, each }: DlmsFlags): readonly UdpAddress[] {
  if (dlms === undefined) return [];
  const first = listenAddress('--dlms', dlms);
  if (each === 'address' && meters > 1) return followingHosts(first, meters);
  if (first.port !== 0 && first.port + meters - 1 > HIGHEST_PORT) {
    throw new Refusal(EXIT.file, `--dlms ${dlms}: there are not ${meters} ports from there on`);
  }
  return Array.from({ length: meters }, (_, row) => ({
    ...first,
    port: first.port === 0 ? 0 : first.port + row,
  }));
}

function followingHosts({ host, port }: UdpAddress, meters: number): readonly UdpAddress[] {
  if (!isIPv4(host) || port === 0) {
    throw new Refusal(EXIT.file, '--each address: an address of IPv4 with a port is wanted');
  }
  const octets = host.split('.').map(Number);
  const first = octets.reduce((value, octet) => value * 256 + octet, 0);
  return Array.from({ length: meters }, (_, row) => {
    const value = first + row;
    const text = [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
    return listenAddress('--dlms', `${text}:${port}`);
  });
}

interface HdlcFace {
  readonly address: UdpAddress | string;
  hangUp(path: string): void;
  close(): Promise<void>;
}

async function openHdlc(
  place: string,
  meter: DlmsReceiver,
  clock: WallClock,
  stopped: UntilStopped,
): Promise<HdlcFace> {
  if (place.includes(':')) {
    return HdlcPort.open({
      address: listenAddress('--hdlc', place),
      blame: 'rig',
      scheduler: clock,
      connectionsMost: 1,
      silenceMs: SILENCE_MS,
      meterAt: () => meter,
    });
  }
  const channel = await openOpticalPath(place, clock, null);
  const session = new HdlcSession({
    scheduler: clock,
    meter,
    name: place,
  });
  session.connect((bytes) => {
    channel.write(bytes).catch((error: unknown) => stopped.fail(error));
  });
  channel.onLost((reason) => stopped.fail(new BenchError('rig', reason)));
  channel.listen((bytes) => session.receive(bytes));
  return {
    address: place,
    hangUp: (path) => void session.hangUp(path),
    close: () => {
      session.end();
      return channel.close();
    },
  };
}

/** A meter behind its carrier's NAT opens the connection itself. */
function openCall(
  place: string,
  meter: DlmsReceiver,
  clock: WallClock,
  stopped: UntilStopped,
): Promise<MeterCall> {
  return MeterCall.open({
    to: targetAddress('--dlms-call', place),
    clock,
    meter,
    lost: (reason) => stopped.fail(new BenchError('head-end', reason)),
  });
}
