/** Reads COSEM objects of a real or simulated meter and prints what they hold. */
import type { SelectedAttribute } from '../../devices/protocol/dlms/apdu/types.ts';
import { type Data, elementsOf, numberIn } from '../../devices/protocol/dlms/data.ts';
import { dataText } from '../../devices/protocol/dlms/data-text.ts';
import { type Obis, obisText } from '../../devices/protocol/dlms/obis.ts';
import type { WallClock } from '../../rigs/clock/wall.ts';
import type { ApduTransport } from '../../rigs/dlms/apdu-transport.ts';
import { DlmsConnection } from '../../rigs/dlms/dlms-connection.ts';
import { HdlcTransport } from '../../rigs/dlms/hdlc-transport.ts';
import { MeterListener } from '../../rigs/dlms/meter-listener.ts';
import {
  CLIENT_SAPS,
  type ClientRole,
  SERVER_SAP,
  testClient,
} from '../../rigs/dlms/test-client.ts';
import { openWrapperTcp, type WrapperChannel } from '../../rigs/dlms/wrapper-channel.ts';
import { WrapperTransport } from '../../rigs/dlms/wrapper-transport.ts';
import { CounterStore, IvSource } from '../../rigs/fleet/counter-store.ts';
import { BenchError } from '../../rigs/port/bench.ts';
import { listenAddress, targetAddress } from './loopback-address.ts';
import { openOpticalPath } from './optical-channel.ts';
import { dlmsPassword } from './password.ts';
import { counterFile } from './wall-fleet.ts';

export interface ReadDlmsFlags {
  readonly dlms?: string;
  readonly dlmsListen?: string;
  readonly hdlc?: string;
  readonly as: ClientRole;
  /** Logical names; all that the association shows when it is empty. */
  readonly objects: readonly string[];
  readonly index: number;
  readonly json: boolean;
}

interface ListedObject {
  readonly classId: number;
  readonly logicalName: Obis;
  /** Those that may be read. */
  readonly attributes: readonly number[];
}

const ASSOCIATION = { classId: 15, logicalName: '0.0.40.0.0.255' } as const;
const OBJECT_LIST = 2;
/** Access modes of version 0 to 2 that include reading. */
const READABLE: readonly number[] = [1, 3];
const SILENCE_MS = 60_000;

export function readsDlms({ dlms, dlmsListen, hdlc }: ReadDlmsFlags): boolean {
  return dlms !== undefined || dlmsListen !== undefined || hdlc !== undefined;
}

/** @throws BenchError, Refusal */
export async function readDlms(flags: ReadDlmsFlags, clock: WallClock): Promise<void> {
  const counters = new CounterStore(counterFile());
  const ivs = new IvSource(counters);
  try {
    const { transport, close } = await openTransport(flags, clock);
    try {
      await readOver(transport, flags, () => ivs.next());
    } finally {
      await close();
    }
  } finally {
    counters.release();
  }
}

async function readOver(
  transport: ApduTransport,
  flags: ReadDlmsFlags,
  nextCounter: () => number,
): Promise<void> {
  const { as, index } = flags;
  const client = testClient(as, { index, password: dlmsPassword(), nextCounter });
  const connection = await DlmsConnection.open(transport, client);
  try {
    await printObjects(connection, flags);
  } finally {
    await connection.close();
  }
}

async function printObjects(connection: DlmsConnection, flags: ReadDlmsFlags): Promise<void> {
  const list = await objectList(connection);
  const wanted = list.filter(
    ({ logicalName }) => flags.objects.length === 0 || flags.objects.includes(logicalName),
  );
  const missing = flags.objects.filter((name) => wanted.every((one) => one.logicalName !== name));
  if (missing.length > 0) throw new BenchError('dut', `the meter lists no ${missing.join(', ')}`);
  const read: object[] = [];
  for (const { classId, logicalName, attributes } of wanted) {
    for (const attribute of attributes) {
      const value = await valueOf(connection, { classId, logicalName, attribute, selection: null });
      if (flags.json) read.push({ classId, logicalName, attribute, value });
      else process.stdout.write(`${logicalName}  class ${classId}  ${attribute}  ${value}\n`);
    }
  }
  const { findings } = connection;
  if (flags.json) process.stdout.write(`${JSON.stringify({ read, findings }, null, 2)}\n`);
  else for (const { name } of findings) process.stdout.write(`finding: ${name}\n`);
}

async function valueOf(connection: DlmsConnection, asked: SelectedAttribute): Promise<string> {
  const answered = await connection.get([asked]);
  if (answered.outcome === 'refused') return `refused: ${answered.exception.serviceError}`;
  const [result] = answered.results;
  if (result === undefined) return 'no result';
  return result.result === 'data' ? dataText(result.data) : `refused: ${result.result}`;
}

async function objectList(connection: DlmsConnection): Promise<readonly ListedObject[]> {
  const asked = { ...ASSOCIATION, attribute: OBJECT_LIST, selection: null };
  const answered = await connection.get([asked]);
  const result = answered.outcome === 'answered' ? answered.results[0] : undefined;
  if (result?.result !== 'data') {
    throw new BenchError('dut', 'the object list of the association could not be read');
  }
  return (elementsOf(result.data) ?? []).map(listedObject);
}

function listedObject(element: Data): ListedObject {
  const [classId, , name, rights] = elementsOf(element) ?? [];
  const [attributes] = elementsOf(rights) ?? [];
  if (name?.type !== 'octet-string') throw new BenchError('dut', 'object list: no logical name');
  return {
    classId: numberIn(classId) ?? 0,
    logicalName: obisText(name.bytes),
    attributes: (elementsOf(attributes) ?? [])
      .map((right) => (elementsOf(right) ?? []).map((part) => numberIn(part) ?? 0))
      .flatMap(([attribute = 0, access = 0]) => (READABLE.includes(access) ? [attribute] : [])),
  };
}

interface Opened {
  readonly transport: ApduTransport;
  readonly close: () => Promise<void>;
}

const NOTHING = (): Promise<void> => Promise.resolve();

async function openTransport(flags: ReadDlmsFlags, clock: WallClock): Promise<Opened> {
  const saps = { clientSap: CLIENT_SAPS[flags.as], serverSap: SERVER_SAP };
  if (flags.dlmsListen !== undefined) {
    const { channel, close } = await called(flags.dlmsListen);
    return { transport: new WrapperTransport({ channel, clock, ...saps }), close };
  }
  if (flags.hdlc !== undefined) {
    const channel = await openOpticalPath(flags.hdlc, clock, null);
    const client = { clientSap: saps.clientSap };
    return { transport: await HdlcTransport.open({ channel, clock, client }), close: NOTHING };
  }
  const channel = await openWrapperTcp(targetAddress('--dlms', flags.dlms ?? ''));
  return { transport: new WrapperTransport({ channel, clock, ...saps }), close: NOTHING };
}

/** Waits for a meter that opens the connection itself. */
async function called(
  place: string,
): Promise<{ readonly channel: WrapperChannel; readonly close: () => Promise<void> }> {
  const options = { connectionsMost: 1, silenceMs: SILENCE_MS };
  const listener = await MeterListener.open(listenAddress('--dlms-listen', place), 'rig', options);
  const channel = await new Promise<WrapperChannel>((resolve) => listener.listen(resolve));
  return { channel, close: () => listener.close() };
}
