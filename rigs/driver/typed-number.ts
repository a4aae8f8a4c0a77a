import { BenchError } from '../port/bench.ts';
import type { Operator, Prompt } from '../port/operator.ts';

/** A number as a person typed it: its digits tell how finely it was read. */
export interface TypedNumber {
  readonly value: number;
  /** What one step of the last digit is worth. */
  readonly resolution: number;
}

/** Asks a person for a number. @throws BenchError (rig) when nobody answers, or with no number */
export async function typedNumber(
  operator: Operator,
  prompt: Pick<Prompt, 'id' | 'text'>,
  unit: string,
  limitNs: number,
  signal?: AbortSignal,
): Promise<TypedNumber> {
  const wants = { kind: 'number', unit } as const;
  const { value, by } = await operator.ask({ ...prompt, wants }, limitNs, signal);
  const match = /^[+-]?\d+(?:\.(\d+))?$/.exec(value.trim());
  if (match !== null) return { value: Number(value), resolution: 10 ** -(match[1]?.length ?? 0) };
  const text = `${prompt.id}: awaited a number in ${unit}, got "${value}" from ${by}`;
  throw new BenchError('rig', text);
}
