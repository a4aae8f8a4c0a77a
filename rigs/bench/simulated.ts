import { drawBetween } from '../../devices/domain/chance.ts';
import { type MeterIdentity, testIdentity } from '../../devices/domain/identity.ts';
import type { HeadEndRules } from '../../devices/head-end/rules/index.ts';
import type { MeterProfile } from '../../devices/domain/profile.ts';
import { NS_PER_MS, NS_PER_S } from '../../devices/domain/time.ts';
import { toHex } from '../../devices/protocol/bytes/hex.ts';
import { createMeters } from '../../devices/meter/columns.ts';
import type { MeterRules } from '../../devices/meter/rules/index.ts';
import type { Scheduler } from '../clock/scheduler.ts';
import { EmbeddedHeadEnd } from '../head-end/embedded.ts';
import { MemoryLink } from '../head-end/memory-link.ts';
import { testCiphers } from '../head-end/test-keys.ts';
import { LCUS_BAUD_RATE, LCUS_CONTACT, LcusSwitch } from '../isolation/lcus.ts';
import { LcusTwin } from '../isolation/lcus-twin.ts';
import { OPTICAL_BAUD_RATE, SerialOpticalPort } from '../optical/optical-port.ts';
import { OpticalTwin } from '../optical/optical-twin.ts';
import type { Abilities } from '../port/bench.ts';
import type { ByteChannel } from '../port/channel.ts';
import { EdgeInputTwin } from '../probe/edge-input-twin.ts';
import type { RigFile, RigPosition } from '../rig-file.ts';
import { ScpiSession } from '../serial/scpi.ts';
import { ScpiTwin, type ScpiHandler } from '../serial/scpi-twin.ts';
import { openSerialChannel, type SerialOptions } from '../serial/serial-channel.ts';
import { SimulatedLine } from '../serial/simulated-line.ts';
import type { Twin } from '../serial/twin.ts';
import { captureTo } from '../wrap/capture.ts';
import { ScpiSource } from '../source/scpi-source.ts';
import { sourceTwinHandlers } from '../source/scpi-source-twin.ts';
import { ZeraStandard } from '../standard/zera-scpi.ts';
import { zeraTwinHandlers } from '../standard/zera-twin.ts';
import { PartsBench } from './bench.ts';
import { MessageFeed } from './message-feed.ts';
import { ModuleTwin } from './module-twin.ts';
import { type BenchParts, observationOf } from './parts.ts';
import { BenchPhysics } from './physics.ts';

const SCPI_BAUD_RATE = 9600;
const SCPI_ANSWER_WITHIN_NS = 2 * NS_PER_S;
const LCUS_ANSWER_WITHIN_NS = 500 * NS_PER_MS;
/** Draws of the standard's own error must not collide with the meter's own. */
const DRAW_STANDARD = 0x57d;
const EDGE_UNCERTAINTY_NS = 0.2 * NS_PER_MS;

export interface SimulatedBenchOptions {
  readonly scheduler: Scheduler;
  readonly rig: RigFile;
  readonly position: RigPosition;
  readonly profile: MeterProfile;
  readonly abilities: Abilities;
  readonly seed: number;
  readonly rules: MeterRules;
  readonly headEndRules?: Partial<HeadEndRules>;
  /** Rows of the meters' table, and the row that sits in the socket. */
  readonly meters: number;
  /** Password of the simulated meter's optical port, 20 bytes. */
  readonly password: Uint8Array;
  /** The fault of a switch that is commanded and stays where it is. */
  readonly switchStuck?: boolean;
  /** Where the capture of the module's link goes; null for none. */
  readonly capturePath?: string | null;
}

/**
 * A fresh simulated bench: the real drivers over the real serial stream, twins behind the mock
 * binding, one physics behind the twins.
 */
export async function openSimulatedBench(options: SimulatedBenchOptions): Promise<PartsBench> {
  const { scheduler, rig, position, profile, seed } = options;
  const row = options.meters - 1;
  const meters = createMeters({
    count: options.meters,
    seed,
    profile,
    rules: options.rules,
    createdAtNs: scheduler.nowNs(),
    startUtcMs: scheduler.startUtcMs,
    // The meter in the socket draws as the first one does, however many rows stand before it.
    firstIndex: -row,
    withEventLog: true,
    withLoadProfile: true,
    withModule: true,
    withRegisters: true,
  });
  const feed = new MessageFeed(scheduler);
  const ciphers = testCiphers();
  const identity = identityOf(position);
  const physics = new BenchPhysics(scheduler, meters, row, {
    say: (...said) => module.sink.say(...said),
  });
  const capture = captureTo(options.capturePath ?? null, scheduler.startUtcMs);
  const link = new MemoryLink({
    scheduler,
    seed,
    index: meters.firstIndex + row,
    toModule: (bytes) => module.receive(bytes),
    toHost: (host, bytes) => headEnd.receive(host, bytes),
    ...(capture && { tap: capture.tap }),
  });
  const module = new ModuleTwin({
    scheduler,
    meters,
    row,
    identity,
    ciphers,
    give: (input) => physics.give(input),
    send: (to, bytes) => link.up(to, bytes),
    tap: (message, bytes) => {
      if (parts.messages === null) return;
      const bytesHex = toHex(bytes);
      bench.report(observationOf(parts, 'module-link', { kind: 'message', message, bytesHex }));
      feed.push(message);
    },
  });
  const headEnd = new EmbeddedHeadEnd({
    scheduler,
    ciphers,
    identity,
    ...(options.headEndRules && { rules: options.headEndRules }),
    send: (from, bytes) => link.down(from, bytes),
  });
  const lines = new Lines(scheduler);

  const parts: BenchParts = {
    clock: scheduler,
    profile,
    position: position.id,
    meterSerial: position.dut.serial,
    isolation: rig.mains === undefined ? null : await isolation(options, rig.mains, lines, physics),
    source: rig.source === undefined ? null : await source(rig, lines, physics),
    standard:
      rig.standard === undefined ? null : await standard(options, rig.standard, lines, physics),
    optical:
      position.optical === undefined
        ? null
        : await optical(options, position.optical, lines, physics),
    clockOutput: position['clock-output'] === undefined ? null : edgeInput(position, physics),
    messages: position['module-link'] === undefined ? null : feed,
    headEnd,
    memory: { lastEventNumber: 0, lastIntervalNumber: 0, load: null },
  };
  const bench = new PartsBench(options.abilities, parts, async () => {
    physics.stop();
    link.end();
    await headEnd.close();
    capture?.close();
    await lines.close();
  });
  return bench;
}

/** The test fleet's first meter, with the nameplate that the rig file tells of. */
function identityOf({ dut }: RigPosition): MeterIdentity {
  return { ...testIdentity(0), serial: dut.serial, barcode: `CENTRON-${dut.serial}` };
}

/** Opens simulated serial lines and closes them all. */
class Lines {
  readonly #scheduler: Scheduler;
  readonly #channels: ByteChannel[] = [];

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  async open(
    role: string,
    twin: Twin,
    baudRate: number,
    lines: SerialOptions['lines'] = null,
  ): Promise<ByteChannel> {
    const line = new SimulatedLine(role, this.#scheduler, twin);
    const channel = await openSerialChannel({
      name: role,
      path: line.path,
      baudRate,
      binding: line.binding,
      clock: this.#scheduler,
      lines,
    });
    this.#channels.push(channel);
    return channel;
  }

  async scpi(role: string, handlers: Readonly<Record<string, ScpiHandler>>): Promise<ByteChannel> {
    return this.open(role, new ScpiTwin(this.#scheduler, handlers), SCPI_BAUD_RATE);
  }

  async close(): Promise<void> {
    for (const channel of this.#channels) await channel.close();
  }
}

async function isolation(
  { scheduler, switchStuck = false }: SimulatedBenchOptions,
  mains: NonNullable<RigFile['mains']>,
  lines: Lines,
  physics: BenchPhysics,
): Promise<LcusSwitch> {
  const twin = new LcusTwin({
    scheduler,
    relays: mains.channel,
    operateNs: LCUS_CONTACT.operateNs,
    stuck: switchStuck,
    moved: (relay, closed) => {
      if (relay === mains.channel) physics.setSwitch(closed);
    },
  });
  return new LcusSwitch({
    channel: await lines.open('isolation switch', twin, LCUS_BAUD_RATE),
    clock: scheduler,
    relay: mains.channel,
    ...LCUS_CONTACT,
    readback: mains.readback === 'none' ? 'none' : 'query',
    answerWithinNs: LCUS_ANSWER_WITHIN_NS,
  });
}

async function source(rig: RigFile, lines: Lines, physics: BenchPhysics): Promise<ScpiSource> {
  const channel = await lines.scpi('source', sourceTwinHandlers(physics));
  const scpi = new ScpiSession(channel, physics.scheduler, SCPI_ANSWER_WITHIN_NS);
  const limits = { milliVolts: rig.limits.voltage, milliAmps: rig.limits.current };
  return new ScpiSource(scpi, limits);
}

async function standard(
  { seed }: SimulatedBenchOptions,
  declared: NonNullable<RigFile['standard']>,
  lines: Lines,
  physics: BenchPhysics,
): Promise<ZeraStandard> {
  const uncertainty = declared.instrument?.uncertainty;
  const uncertaintyPpm = uncertainty?.expanded ?? 0;
  const coverageFactor = uncertainty?.coverageFactor ?? 2;
  const errorPpm = drawBetween(seed, DRAW_STANDARD, 0, -uncertaintyPpm / 2, uncertaintyPpm / 2);
  const channel = await lines.scpi('reference standard', zeraTwinHandlers({ physics, errorPpm }));
  return new ZeraStandard({
    scpi: new ScpiSession(channel, physics.scheduler, SCPI_ANSWER_WITHIN_NS, 'SYSTEM:ERROR:ALL?'),
    clock: physics.scheduler,
    name: 'reference standard',
    uncertaintyPpm,
    coverageFactor,
    senses: declared.senses,
  });
}

async function optical(
  options: SimulatedBenchOptions,
  declared: NonNullable<RigPosition['optical']>,
  lines: Lines,
  physics: BenchPhysics,
): Promise<SerialOpticalPort> {
  const twin = new OpticalTwin({
    physics,
    serial: options.position.dut.serial,
    password: options.password,
  });
  const states = declared.lines;
  const channel = await lines.open(
    'optical port',
    twin,
    OPTICAL_BAUD_RATE,
    states === undefined
      ? null
      : { dtr: states.dtr === 'on', rts: states.rts === 'on', settleNs: states.settle },
  );
  return new SerialOpticalPort({ channel, clock: options.scheduler, password: options.password });
}

function edgeInput(position: RigPosition, physics: BenchPhysics): EdgeInputTwin {
  const declared = position['clock-output']?.instrument?.uncertainty?.expanded;
  return new EdgeInputTwin(physics, declared ?? EDGE_UNCERTAINTY_NS);
}
