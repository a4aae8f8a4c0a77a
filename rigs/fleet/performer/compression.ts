import type { PayloadCount } from '../../../devices/domain/payload.ts';
import { BenchError } from '../../port/bench.ts';
import { fleetObservation, type FleetPerformer, WHOLE_FLEET } from '../parts.ts';

export const measureCompression: FleetPerformer<'measure-compression'> = {
  async perform({ as, message }, parts, context) {
    const ofKind = (counts: readonly PayloadCount[]): PayloadCount[] =>
      counts.filter(({ kind }) => message === null || kind === message);
    const atModules = sumOf(ofKind(await parts.fleet.payloads()));
    const atHeadEnd = sumOf(ofKind(await parts.northbound.payloads()));
    const { messages, rawBytes, sentBytes } = atModules;
    if (rawBytes === 0) {
      throw new BenchError('dut', `measure-compression: no ${message ?? 'message'} was sent`);
    }
    context.observe(
      fleetObservation(parts, 'module-link', WHOLE_FLEET, {
        kind: 'reading',
        name: as,
        value: Math.round((sentBytes / rawBytes) * 1e6),
        unit: 'ppm',
        // Bytes are counted: the quotient is exact but for its last digit.
        expandedUncertainty: 0,
        coverageFactor: 2,
        budget: [],
        resolution: 1,
        ticks: null,
        raw: {
          messages,
          rawBytes,
          sentBytes,
          heardMessages: atHeadEnd.messages,
          heardRawBytes: atHeadEnd.rawBytes,
          heardSentBytes: atHeadEnd.sentBytes,
        },
      }),
    );
  },
};

function sumOf(counts: readonly PayloadCount[]): Omit<PayloadCount, 'kind'> {
  let [messages, rawBytes, sentBytes] = [0, 0, 0];
  for (const count of counts) {
    messages += count.messages;
    rawBytes += count.rawBytes;
    sentBytes += count.sentBytes;
  }
  return { messages, rawBytes, sentBytes };
}
