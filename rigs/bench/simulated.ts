import { USUAL_LANGUAGE } from '../../devices/domain/language.ts';
import type { HeadEndRules } from '../../devices/head-end/rules/index.ts';
import type { MeterProfile } from '../../devices/domain/profile.ts';
import { toHex } from '../../devices/protocol/bytes/hex.ts';
import { createMeters } from '../../devices/meter/columns.ts';
import type { MeterRules } from '../../devices/meter/rules/index.ts';
import type { Scheduler } from '../clock/scheduler.ts';
import { EmbeddedHeadEnd } from '../head-end/embedded.ts';
import { MemoryLink } from '../head-end/memory-link.ts';
import { testLanguage } from '../head-end/test-language.ts';
import { connectionOf } from '../port/connection.ts';
import { ourDriver } from '../driver/registry.ts';
import { secretsFrom } from '../driver/secrets.ts';
import { recordedOperator } from '../operator/recorded.ts';
import { operatorOf, type Respondent } from '../operator/respondent.ts';
import { OperatorTwin } from '../operator/twin.ts';
import type { Abilities } from '../port/bench.ts';
import type { RigFile, RigPosition } from '../rig-file.ts';
import { captureTo } from '../wrap/capture.ts';
import { PartsBench } from './bench.ts';
import { identityAt } from './identity-at.ts';
import { type InstrumentsOptions, openInstruments } from './instruments.ts';
import { MessageFeed } from './message-feed.ts';
import { ModuleTwin } from './module-twin.ts';
import { type BenchParts, observationOf } from './parts.ts';
import { BenchPhysics } from './physics.ts';
import { TwinLines } from './twin-lines.ts';

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
  /** Who is asked in turn, given the twin of an operator; left out, the twin alone. */
  readonly operators?: (twin: Respondent) => readonly Respondent[];
  /** Where the secrets stand that a rig file names; left out, there are none. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Drivers by role and binding; left out, ours. */
  readonly driverOf?: InstrumentsOptions['driverOf'];
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
  const { language: spoken = USUAL_LANGUAGE } = options.abilities;
  const language = testLanguage(spoken);
  const identity = identityAt(position);
  const physics = new BenchPhysics(
    scheduler,
    meters,
    row,
    { say: (...said) => module.sink.say(...said) },
    connectionOf(position.dut.connection, profile).elements,
  );
  if (rig.source === undefined) physics.feedFromHouse(profile.voltageMilliVolts);
  const capture = captureTo(options.capturePath ?? null, scheduler.startUtcMs, spoken);
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
    language: language.module,
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
    language,
    identity,
    ...(options.headEndRules && { rules: options.headEndRules }),
    send: (from, bytes) => link.down(from, bytes),
  });
  const operatorTwin = new OperatorTwin({ physics, barcode: identity.barcode });
  const operator = recordedOperator(
    operatorOf(options.operators?.(operatorTwin) ?? [operatorTwin]),
    (seen) => bench.report(observationOf(parts, 'operator', seen)),
  );
  if (options.switchStuck === true) physics.stickSwitch();
  const meter = { serial: position.dut.serial, password: options.password };
  const { release, ...instruments } = await openInstruments({
    rig,
    position,
    clock: scheduler,
    operator,
    limits: options.abilities.limits,
    secret: secretsFrom(options.password, options.environment ?? {}),
    driverOf: options.driverOf ?? ourDriver,
    openLine: new TwinLines(scheduler, {
      physics,
      seed,
      senses: rig.standard?.senses ?? 'upstream',
      meter,
    }).open,
  });
  const parts: BenchParts = {
    clock: scheduler,
    profile,
    position: position.id,
    meterSerial: position.dut.serial,
    meterBarcode: position.dut.barcode,
    ...instruments,
    messages: position['module-link'] === undefined ? null : feed,
    headEnd,
    operator,
    memory: { lastEventNumber: 0, lastIntervalNumber: 0, load: null },
  };
  const bench = new PartsBench(options.abilities, parts, async () => {
    physics.stop();
    link.end();
    await headEnd.close();
    capture?.close();
    await release();
  });
  return bench;
}
