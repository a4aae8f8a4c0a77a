import { z } from 'zod';
import { VERDICT_WORDS } from '../harness/verdict/verdict.ts';
import type { VerdictWord } from '../harness/verdict/verdict.ts';

/** The shape of report.json; reports/report.schema.json is made from it. */

const unit = z.enum(['ns', 'ppm', 'mA', 'mV', 'mWh', 'mdegC', 'count']);
const blame = z.enum(['rig', 'dut', 'head-end', 'scenario', 'harness']);
const position = z.strictObject({
  file: z.string(),
  line: z.int().min(1),
  column: z.int().min(1),
});

const verdict = z.strictObject({
  scenario: z.string(),
  case: z.string().describe('Name of the case; "-" when the verdict is about no single one.'),
  bench: z.string(),
  requirement: z.string(),
  verdict: z.enum(VERDICT_WORDS),
  blame: blame.nullable().describe('Who must act; null when nobody must.'),
  measured: z
    .strictObject({
      name: z.string(),
      value: z.number(),
      unit,
      expandedUncertainty: z.number().nullable().describe('U in the unit of the value.'),
    })
    .nullable(),
  limit: z
    .strictObject({
      minimum: z.number().nullable(),
      maximum: z.number().nullable(),
      unit,
      origin: z.string(),
      default: z.boolean().describe('The bound is ours, not the source’s.'),
    })
    .nullable(),
  margin: z
    .number()
    .nullable()
    .describe('Distance to the nearest limit in its unit; negative outside.'),
  reason: z.string(),
  evidence: z.array(z.int().min(1)).describe('Lines of journal.ndjson on which it rests.'),
  source: position.nullable().describe('The expectation in the scenario file.'),
});

const instrument = z.strictObject({
  role: z.string(),
  driver: z.string(),
  simulated: z.boolean(),
  make: z.string(),
  model: z.string(),
  serial: z.string(),
  certificate: z.string().nullable(),
  calibrated: z.string().nullable(),
  due: z.string().nullable(),
  daysLeft: z
    .int()
    .nullable()
    .describe('Days for which its calibration held when the run began; negative: overdue.'),
  uncertainty: z.string().nullable(),
});

const lot = z.strictObject({
  scenario: z.string(),
  case: z.string().describe('Name of the case without the position.'),
  requirement: z.string(),
  measurement: z.string(),
  unit,
  rows: z.array(
    z.strictObject({
      position: z.string(),
      meterSerial: z.string(),
      value: z.number().nullable(),
      expandedUncertainty: z.number().nullable(),
      verdict: z.enum(VERDICT_WORDS),
    }),
  ),
  n: z.int().min(1),
  mean: z.number(),
  deviation: z.number().nullable().describe('s(n-1); null for a single value.'),
  minimum: z.number(),
  maximum: z.number(),
});

const counts = {
  inapplicable: z.int().min(0),
  pass: z.int().min(0),
  'conditional pass': z.int().min(0),
  inconclusive: z.int().min(0),
  'conditional fail': z.int().min(0),
  fail: z.int().min(0),
  invalid: z.int().min(0),
  aborted: z.int().min(0),
  error: z.int().min(0),
} satisfies Record<VerdictWord, z.ZodInt>;

export const reportSchema = z.strictObject({
  format: z.literal('meterbench-report/1'),
  exitCode: z.int().min(0).max(255),
  runId: z.string().nullable(),
  title: z.string().nullable(),
  seed: z.int().nullable(),
  time: z.enum(['simulated', 'wall']).nullable(),
  startedAt: z.string().nullable().describe('Wall time of the first line, ISO 8601.'),
  durationNs: z.number().min(0).describe('Bench time from the first line to the last.'),
  defect: z.string().nullable().describe('The defect that was switched on.'),
  bench: z
    .strictObject({
      name: z.string(),
      simulated: z.boolean(),
      position: z.string(),
      meterSerial: z.string(),
      profile: z.string(),
      headEnd: z.string().nullable(),
    })
    .nullable(),
  positions: z
    .array(z.strictObject({ position: z.string(), meterSerial: z.string(), profile: z.string() }))
    .describe('Every socket that was asked.'),
  instruments: z.array(instrument),
  lot: z.array(lot).describe('Measurements over several sockets; none when one was asked.'),
  declarations: z
    .array(
      z.strictObject({
        requirement: z.string(),
        statement: z.string(),
        by: z.string(),
        on: z.string().describe('YYYY-MM-DD'),
        document: z.strictObject({ name: z.string(), sha256: z.string() }).nullable(),
      }),
    )
    .describe('What people answer for that no bench decides; no verdict rests on it.'),
  rigSafe: z.enum(['verified', 'unverified', 'not energised', 'UNSAFE', 'unknown']),
  interrupted: z.string().nullable().describe('What ended the run before it was through.'),
  counts: z.strictObject(counts),
  requirements: z.strictObject({ decided: z.int().min(0), covered: z.int().min(0) }),
  remarks: z.array(z.string()).describe('What a reader must know beside the verdicts.'),
  verdicts: z.array(verdict),
});

export type ReportDocument = z.infer<typeof reportSchema>;

/** The text of reports/report.schema.json, which a test keeps fresh. */
export function reportSchemaText(): string {
  const schema = z.toJSONSchema(reportSchema, { target: 'draft-2020-12' });
  const named = { ...schema, $id: 'report.schema.json', title: 'meterbench report' };
  return `${JSON.stringify(named, null, 2)}\n`;
}
