import { CodecError } from '../../../devices/protocol/bytes/codec-error.ts';
import type { PerformContext } from '../../port/bench.ts';
import type { OpticalSession } from '../../port/instrument.ts';
import { MeterRefusal } from '../../psem/meter-refusal.ts';
import { type BenchParts, need, observationOf, type Performer } from '../parts.ts';

/** What a meter was set to and had counted (C12.19 decades): general, sources, registers, clock, profile, logs. */
const DECADES: ReadonlySet<number> = new Set([0, 1, 2, 5, 6, 7]);
const GENERAL_CONFIGURATION = 0;

export const archiveTables: Performer<'archive-tables'> = {
  needs: ['optical'],
  async perform(_action, parts, context) {
    const session = await need(parts, 'optical', 'archive-tables').open();
    try {
      for (const table of await tablesOf(session)) {
        context.signal.throwIfAborted();
        await archive(table, session, parts, context);
      }
    } finally {
      await session.close();
    }
  },
};

/** The standard tables that the meter says it has, of the decades that are kept. */
async function tablesOf(session: OpticalSession): Promise<readonly number[]> {
  const { value } = await session.readTable(GENERAL_CONFIGURATION);
  const used = value.STD_TBLS_USED;
  if (!Array.isArray(used)) throw new CodecError('ST0: awaited a set of tables in STD_TBLS_USED');
  return used.filter(
    (table): table is number => typeof table === 'number' && DECADES.has(Math.floor(table / 10)),
  );
}

/** Keeps the bytes as they are; that a table may not be read is kept as well. */
async function archive(
  table: number,
  session: OpticalSession,
  parts: BenchParts,
  context: PerformContext,
): Promise<void> {
  try {
    const bytesHex = Buffer.from(await session.readBytes(table)).toString('hex');
    context.observe(observationOf(parts, 'optical-port', { kind: 'table', table, bytesHex }));
  } catch (error) {
    if (!(error instanceof MeterRefusal)) throw error;
    const refused = {
      kind: 'evidence',
      what: 'table not archived',
      detail: error.message,
    } as const;
    context.observe(observationOf(parts, 'optical-port', refused));
  }
}
