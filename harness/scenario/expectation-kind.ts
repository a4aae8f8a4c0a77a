import { isRecord } from '../document/schema-mistakes.ts';
import type { ExpectationKind } from '../plan/plan.ts';
import { expectationBranches } from './expectation-schema.ts';

/** Keys of which exactly one says what kind an expectation is. */
const EXPECTATION_KINDS = Object.keys(expectationBranches) as readonly ExpectationKind[];

/** The kind of an expectation as it is written; null when it is not told. */
export function kindOf(expectation: unknown): ExpectationKind | null {
  if (!isRecord(expectation)) return null;
  return EXPECTATION_KINDS.find((kind) => Object.hasOwn(expectation, kind)) ?? null;
}
