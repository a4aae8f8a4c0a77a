import { testIdentity } from '../../devices/domain/identity.ts';
import { parseQuantity } from '../../devices/domain/quantity.ts';
import { NS_PER_MS } from '../../devices/domain/time.ts';
import type { ApTitle } from '../../devices/protocol/c12-22/ap-title.ts';
import type { SecurityMode } from '../../devices/protocol/c12-22/epsem.ts';
import { WallClock } from '../../rigs/clock/wall.ts';
import { CounterStore, IvSource } from '../../rigs/fleet/counter-store.ts';
import { CLIENT_SAPS } from '../../rigs/dlms/test-client.ts';
import type { UdpAddress, UdpHosts } from '../../rigs/fleet/udp-link.ts';
import { meterTitle, testCiphers, testKeyId } from '../../rigs/head-end/test-keys.ts';
import { testLanguage } from '../../rigs/head-end/test-language.ts';
import { type ModuleLink, UdpHostLink } from '../../rigs/meter/host-link.ts';
import { TcpHostLink } from '../../rigs/meter/tcp-host-link.ts';
import { CosemFleet } from '../../rigs/meter/cosem-fleet.ts';
import { ServedMeter } from '../../rigs/meter/served-meter.ts';
import { ApduPort } from '../../rigs/network/apdu-port.ts';
import { isTaken } from '../../rigs/network/udp-port.ts';
import { addressText } from '../../rigs/network/apdu-channel.ts';
import { BenchError } from '../../rigs/port/bench.ts';
import type { FleetDescription } from '../../rigs/port/fleet.ts';
import { loadProfileFile } from './rig-side.ts';
import { EXIT, Refusal } from './exit.ts';
import { ciphersFromFile } from './key-file.ts';
import { listenAddress, serversOf } from './loopback-address.ts';
import { openOpticalPath } from './optical-channel.ts';
import { type DlmsFaces, type DlmsFlags, openDlmsFaces, speaksDlms } from './dlms-faces.ts';
import { dlmsPassword, opticalPassword } from './password.ts';
import { lineSettings, type SerialStandardFlags, servedAuthentication } from './serial-standard.ts';
import { titleOf } from './title-option.ts';
import { tellReady, type UntilStopped, untilStopped } from './until-stopped.ts';
import { counterFile } from './wall-fleet.ts';

export interface ServeMeterFlags extends SerialStandardFlags, DlmsFlags {
  readonly profile: string;
  readonly seed: number;
  readonly index: number;
  readonly number?: string;
  readonly commissioned: FleetDescription['commissioned'];
  readonly serial?: string;
  readonly c1222?: string;
  readonly title?: string;
  readonly keys?: string;
  readonly accept: readonly SecurityMode[];
  readonly ivWindow: number;
  readonly headEnd?: string;
  readonly transport: 'udp' | 'tcp';
  readonly deregister: boolean;
  readonly signedImages: boolean;
  readonly history?: string;
  readonly configuration?: string;
}

/** Serial number on the nameplate of a meter that is on a serial path alone. */
const OPTICAL_NUMBER = '60012345';
const CONNECTIONS_MOST = 32;
const SILENCE_MS = 15 * 60_000;
const SESSIONS = 8;
/** How often is looked whether the module has booted. */
const BOOT_LOOK_NS = 20 * NS_PER_MS;

/** Serves one simulated meter by all faces that were asked for, until it is told to stop. @throws Refusal */
export async function serveMeterCommand(flags: ServeMeterFlags): Promise<void> {
  const { serial, c1222, headEnd } = flags;
  const isAsked = serial !== undefined || c1222 !== undefined || headEnd !== undefined;
  if (!isAsked && !speaksDlms(flags)) {
    throw new Refusal(
      EXIT.file,
      'serve meter: one or more of --serial <path> (C12.18), --c12-22 <host:port> (where it listens), --dlms <host:port>, --hdlc <host:port|path> and --head-end <host:port> (where it reports) are wanted',
    );
  }
  if (flags.meters > 1 && isAsked) {
    throw new Refusal(EXIT.file, `--meters ${flags.meters}: so many are asked over --dlms alone`);
  }
  const stopped = untilStopped();
  const clock = new WallClock();
  const open = new Opened();
  try {
    if (flags.meters > 1) {
      await openCosemFleet(flags, clock, stopped, open);
      return await stopped.promise;
    }
    const meter = await openMeter(flags, clock, stopped, open);
    await stopped.promise;
    if (flags.deregister) meter.deregister();
    meter.stop();
  } finally {
    await open.close();
  }
}

/** What was opened, to be closed in the reverse order. */
class Opened {
  readonly #closers: (() => Promise<void> | void)[] = [];

  add<T>(thing: T, close: () => Promise<void> | void): T {
    this.#closers.push(close);
    return thing;
  }

  async close(): Promise<void> {
    for (const close of this.#closers.toReversed()) await close();
  }
}

async function openMeter(
  flags: ServeMeterFlags,
  clock: WallClock,
  stopped: UntilStopped,
  open: Opened,
): Promise<ServedMeter> {
  const { profile } = loadProfileFile(flags.profile);
  const { index } = flags;
  const { listensAt, hosts } = await placesOf(flags);
  const title = flags.title === undefined ? meterTitle(index) : titleOf('--title', flags.title);
  const own = testCiphers();
  const others = flags.keys === undefined ? null : ciphersFromFile('--keys', flags.keys);
  const counters = new CounterStore(counterFile());
  const ivs = open.add(new IvSource(counters), () => counters.release());
  // First the ports: a model that lives has timers, which would keep a failed command alive.
  const channel =
    flags.serial === undefined ? null : await openOpticalPath(flags.serial, clock, null);
  if (channel !== null) open.add(channel, () => channel.close());
  const link = hosts === null ? null : await openLink(flags, hosts);
  if (link !== null) open.add(link, () => link.close());

  const number =
    flags.number ?? (isOnOpticalPathAlone(flags) ? OPTICAL_NUMBER : testIdentity(index).serial);
  const meter = new ServedMeter({
    scheduler: clock,
    seed: flags.seed,
    profile,
    index,
    identity: { ...testIdentity(index), serial: number },
    commissioned: flags.commissioned,
    serialPort: {
      ...lineSettings(flags),
      authentication: servedAuthentication(),
      speedChanged: (speed) => void channel?.setBaudRate(speed).catch(stopped.fail),
    },
    password: opticalPassword(),
    language: testLanguage('c12-22', own),
    nextIv: () => ivs.next(),
    historyNs: historyOf(flags),
    toHost: (to, bytes) => link?.send(to, bytes),
  });
  open.add(meter, () => meter.stop());
  if (channel !== null) {
    meter.optical.connect((bytes) => {
      channel.write(bytes).catch((error: unknown) => stopped.fail(error));
    });
    channel.onLost((reason) => stopped.fail(new BenchError('rig', reason)));
    channel.listen((bytes) => meter.optical.receive(bytes));
  }
  link?.listen((bytes) => meter.fromHost(bytes), stopped.fail);
  const listener =
    listensAt === null
      ? null
      : await listen(flags, listensAt, meter, title, (keyId) => {
          const known = others?.get(keyId);
          return known ?? (keyId === testKeyId(index) ? own.cipherOf(index) : undefined);
        });
  if (listener !== null) open.add(listener, () => listener.close());

  const { faces, dlms } = await openCosem(flags, meter, clock, stopped);
  open.add(faces, () => faces.close());

  meter.powerOn();
  // Who is told that it is ready may ask at once: a module that boots would not hear.
  while (isOnNetwork(flags) && !meter.moduleIsUp)
    await clock.sleepUntil(clock.nowNs() + BOOT_LOOK_NS);
  tellReady({
    kind: 'meter',
    address: listener?.address ?? link?.end ?? flags.serial ?? dlms.at ?? '',
    apTitle: isOnNetwork(flags) ? title.toString() : null,
    keyId: isOnNetwork(flags) ? testKeyId(index) : null,
    profile: profile.profile,
    serial: number,
    ...(flags.serial !== undefined && { serialPath: flags.serial }),
    ...(listener !== null && { transports: ['tcp', 'udp'], accepts: flags.accept }),
    ...(speaksDlms(flags) && { dlms }),
    ...(hosts !== null && {
      target: hosts['head-end'],
      configuration: hosts['configuration-server'],
    }),
  });
  return meter;
}

/** A meter that is asked over DLMS has recorded a day; others are new, unless told otherwise. */
function historyOf(flags: ServeMeterFlags): number {
  const { history = speaksDlms(flags) ? '24 h' : '0 s' } = flags;
  const quantity = parseQuantity(history);
  if (quantity?.unit === 'ns' && quantity.value >= 0) return quantity.value;
  throw new Refusal(EXIT.file, `--history ${history}: a duration such as 24 h is wanted`);
}

/** What a meter says of its DLMS, but keys. */
function dlmsTold(faces: DlmsFaces, flags: ServeMeterFlags) {
  const [first] = faces.wrapper;
  return {
    at: first ?? faces.hdlc,
    hdlc: faces.hdlc,
    each: flags.each,
    meters: flags.meters,
    clientSaps: CLIENT_SAPS,
  };
}

async function openCosem(
  flags: ServeMeterFlags,
  meter: ServedMeter,
  clock: WallClock,
  stopped: UntilStopped,
) {
  const asked = { readerPassword: dlmsPassword(), signedImages: flags.signedImages };
  const faces = await openDlmsFaces(
    flags,
    (_row, closePath) => meter.cosemNode(asked, closePath),
    clock,
    stopped,
  );
  return { faces, dlms: dlmsTold(faces, flags) };
}

/** Many meters that are asked over DLMS alone. */
async function openCosemFleet(
  flags: ServeMeterFlags,
  clock: WallClock,
  stopped: UntilStopped,
  open: Opened,
): Promise<void> {
  const { profile } = loadProfileFile(flags.profile);
  const fleet = new CosemFleet({
    scheduler: clock,
    seed: flags.seed,
    profile,
    firstIndex: flags.index,
    count: flags.meters,
    readerPassword: dlmsPassword(),
    signedImages: flags.signedImages,
    historyNs: historyOf(flags),
  });
  open.add(fleet, () => fleet.stop());
  const faces = await openDlmsFaces(
    flags,
    (row, closePath) => fleet.node(row, closePath),
    clock,
    stopped,
  );
  open.add(faces, () => faces.close());
  fleet.powerOn();
  const dlms = dlmsTold(faces, flags);
  tellReady({ kind: 'meter', address: dlms.at ?? '', apTitle: null, keyId: null, dlms });
}

function openLink({ transport }: ServeMeterFlags, hosts: UdpHosts): Promise<ModuleLink> {
  return transport === 'tcp' ? Promise.resolve(new TcpHostLink(hosts)) : UdpHostLink.open(hosts);
}

function isOnOpticalPathAlone(flags: ServeMeterFlags): boolean {
  return flags.serial !== undefined && !isOnNetwork(flags) && !speaksDlms(flags);
}

function isOnNetwork({ c1222, headEnd }: ServeMeterFlags): boolean {
  return c1222 !== undefined || headEnd !== undefined;
}

async function listen(
  flags: ServeMeterFlags,
  address: UdpAddress,
  meter: ServedMeter,
  title: ApTitle,
  cipherOf: Parameters<ServedMeter['node']>[0]['cipherOf'],
): Promise<ApduPort> {
  const port = await ApduPort.open({
    address,
    blame: 'rig',
    connectionsMost: CONNECTIONS_MOST,
    silenceMs: SILENCE_MS,
  });
  const node = meter.node({
    title,
    cipherOf,
    address: addressText(port.address),
    settings: { accepts: new Set(flags.accept), ivWindow: flags.ivWindow, sessions: SESSIONS },
  });
  port.listen(
    (path, apdu) => {
      const answer = node.receive(path, apdu);
      if (answer !== null) port.send(path, answer);
    },
    (path) => node.pathLost(path),
  );
  return port;
}

/**
 * Where it listens, and the servers that its module reports to. A C12.22 address at which somebody
 * else listens already is its head-end's. @throws Refusal
 */
async function placesOf({ c1222, headEnd, configuration }: ServeMeterFlags): Promise<{
  readonly listensAt: UdpAddress | null;
  readonly hosts: UdpHosts | null;
}> {
  const listensAt = c1222 === undefined ? null : listenAddress('--c12-22', c1222);
  if (headEnd !== undefined) {
    return { listensAt, hosts: serversOf(['--head-end', headEnd], configuration) };
  }
  const isServed = listensAt !== null && (await isTaken(listensAt));
  if (isServed || (c1222 !== undefined && configuration !== undefined)) {
    return { listensAt: null, hosts: serversOf(['--c12-22', c1222 ?? ''], configuration) };
  }
  if (configuration === undefined) return { listensAt, hosts: null };
  throw new Refusal(EXIT.file, '--configuration <host:port> is wanted with --head-end');
}
