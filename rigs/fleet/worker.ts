import { testIdentity } from '../../devices/domain/identity.ts';
import { METER_RULES, type MeterRules } from '../../devices/meter/rules/index.ts';
import { testCiphers } from '../head-end/test-keys.ts';
import { CapturePart } from '../wrap/capture-part.ts';
import { Carrier } from './carrier.ts';
import { GeneratorRecord } from './generator-record.ts';
import { InFlight } from './in-flight.ts';
import { Shard } from './shard.ts';
import {
  MessageBatch,
  type RulesReference,
  type ShardReply,
  type ShardRequest,
  type ShardTask,
} from './shard-messages.ts';
import { UdpLink } from './udp-link.ts';
import { WallScheduler } from './wall-scheduler.ts';

/**
 * One shard in a worker thread, in wall time, from its start to the message that stops it: one
 * long task of the pool.
 * @throws whatever went wrong in it, which is our own fault
 */
export default async function runShard(task: ShardTask): Promise<void> {
  const { port } = task;
  const { promise: ended, resolve: end, reject: fail } = Promise.withResolvers<number>();
  // It may be rejected while the parts are still being opened.
  ended.catch(() => {});
  const record = new GeneratorRecord();
  const tell = (reply: ShardReply): void => port.postMessage(reply);
  const batch = new MessageBatch((records) =>
    port.postMessage({ kind: 'messages', records } satisfies ShardReply, [records.buffer]),
  );
  const scheduler = new WallScheduler({
    startUtcMs: task.startUtcMs,
    zeroNs: task.zeroNs,
    onLateness: (atNs, latenessNs) => record.late(atNs, latenessNs),
  });
  scheduler.onFailure(fail);
  const capture = task.capturePath === null ? null : new CapturePart(task.capturePath);
  const carrier = carrierOf(task, scheduler);
  const link = await UdpLink.open({
    ...task.range,
    hosts: task.hosts,
    carrier,
    scheduler,
    onCount: (what, atNs) => record.count(what, atNs),
    onFailure: fail,
    ...(capture !== null && { tap: capture.tap }),
  });
  const shard = new Shard({
    ...task.range,
    seed: task.seed,
    profile: task.profile,
    commissioned: task.commissioned,
    rules: await rulesOf(task.rules),
    scheduler,
    network: carrier,
    ciphers: testCiphers(),
    identityOf: testIdentity,
    ivs: task.ivs,
    onMessage: batch.add,
  });
  carrier.join({
    toHost: (index, _attach, to, bytes) => link.toHost(index, to, bytes),
    toModule: (index, bytes) => shard.receive(index, bytes),
  });

  const answer = (request: ShardRequest): void => {
    const { id } = request;
    switch (request.do) {
      case 'start':
        shard.start();
        break;
      case 'command':
        shard.command(request.command);
        break;
      case 'snapshot': {
        const rows = shard.snapshot(request.selection);
        // What a snapshot shows was said before it; it must be heard before it, too.
        batch.flush();
        tell({ kind: 'rows', id, rows });
        return;
      }
      case 'health':
        tell({ kind: 'health', id, told: record.told() });
        return;
      case 'stop':
        end(id);
        return;
    }
    batch.flush();
    tell({ kind: 'done', id });
  };
  port.on('message', (request: ShardRequest) => {
    try {
      answer(request);
    } catch (error) {
      fail(error);
    }
  });
  tell({ kind: 'ready' });

  try {
    const id = await ended;
    shard.stop();
    await link.close();
    // After the last message: nothing is said any more.
    batch.flush();
    tell({ kind: 'done', id });
  } finally {
    scheduler.stop();
    capture?.close();
    record.stop();
    port.close();
  }
}

function carrierOf(task: ShardTask, scheduler: WallScheduler): Carrier {
  return new Carrier({
    ...task.range,
    model: task.carrier,
    seed: task.seed,
    scheduler,
    inFlight: new InFlight(task.inFlight),
    // A socket is asynchronous by itself.
    atOnce: true,
  });
}

/** The rules that the module replaces, in place of the right ones. */
async function rulesOf(reference: RulesReference | null): Promise<MeterRules> {
  if (reference === null) return METER_RULES;
  const { path, exportName } = reference;
  const exported = ((await import(path)) as Readonly<Record<string, unknown>>)[exportName];
  if (typeof exported !== 'object' || exported === null) {
    throw new Error(`${path}: rules of meters wanted as its export '${exportName}'`);
  }
  return { ...METER_RULES, ...exported };
}
