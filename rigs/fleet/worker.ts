import { METER_RULES, type MeterRules } from '../../devices/meter/rules/index.ts';
import { CapturePart } from '../wrap/capture-part.ts';
import type { LinkFaultsBothWays } from '../wrap/faulty-link.ts';
import { GeneratorRecord } from './generator-record.ts';
import { InFlight } from './in-flight.ts';
import {
  MessageBatch,
  type RulesReference,
  type ShardReply,
  type ShardRequest,
  type ShardTask,
} from './shard-messages.ts';
import { openUdpShard } from './udp-shard.ts';
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
  const meters = await openUdpShard({
    ...task,
    ...(await replacedBy(task.rules)),
    inFlight: new InFlight(task.inFlight),
    scheduler,
    onCount: (what, atNs, messages) => record.count(what, atNs, messages),
    onMessage: task.isWatched ? batch.add : record.said,
    onRefused: () => record.refuse(),
    onLateness: (atNs, latenessNs) => record.late(atNs, latenessNs),
    onFailure: fail,
    ...(capture !== null && { tap: capture.tap }),
  });
  const { shard } = meters;

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
      case 'payloads':
        tell({ kind: 'payloads', id, payloads: shard.payloads() });
        return;
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
    // What is still on its way in the carrier stays there: it is neither offered nor achieved.
    scheduler.stop();
    await meters.close();
    // After the last message and the last datagram: these counts are final.
    batch.flush();
    tell({ kind: 'health', id, told: record.told() });
  } finally {
    scheduler.stop();
    capture?.close();
    record.stop();
    port.close();
  }
}

/** The rules that a module replaces, in place of the right ones, and the faults that it has of links. */
async function replacedBy(
  reference: RulesReference | null,
): Promise<{ readonly rules: MeterRules; readonly faults?: LinkFaultsBothWays }> {
  if (reference === null) return { rules: METER_RULES };
  const { path, exportName, linksExportName } = reference;
  const module = (await import(path)) as Readonly<Record<string, unknown>>;
  const exported = (name: string, what: string): object => {
    const value = module[name];
    if (typeof value === 'object' && value !== null) return value;
    throw new Error(`${path}: ${what} wanted as its export '${name}'`);
  };
  const rules = { ...METER_RULES, ...exported(exportName, 'rules of meters') };
  if (linksExportName === undefined) return { rules };
  return { rules, faults: exported(linksExportName, 'faults of links') };
}
