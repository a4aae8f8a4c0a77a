import { expect } from 'vitest';
import { BenchError } from '../../../rigs/port/bench.ts';
import type { IsolationSwitch } from '../../../rigs/port/instrument.ts';

/** An isolation switch with what only a test knows: what its contact really does. */
export interface SwitchUnderTest {
  readonly instrument: IsolationSwitch;
  readonly contact: () => 'open' | 'closed';
  readonly nowNs: () => number;
  /** Resolves when a contact has followed its command. */
  readonly settled: () => Promise<void>;
}

type State = 'open' | 'closed';

/** What came of closing and then opening: what the contact did, and the switch's own word on it. */
export interface Obedience {
  readonly contact: readonly State[];
  readonly word: readonly (State | null)[];
}
export const OBEYS: Obedience = { contact: ['closed', 'open'], word: ['closed', 'open'] };
export const OBEYS_WITHOUT_A_WORD: Obedience = { contact: ['closed', 'open'], word: [null, null] };

/** Closes and opens; what the switch tells of the instants must hold. */
export async function obedienceOf({
  instrument,
  contact,
  nowNs,
  settled,
}: SwitchUnderTest): Promise<Obedience> {
  const startedNs = nowNs();
  const closed = await instrument.close();
  await settled();
  const [firstContact, firstWord] = [contact(), await instrument.readBack()];
  const opened = await instrument.open();
  await settled();
  const instants = [startedNs, closed.atNs, opened.atNs, nowNs()];
  expect(instants).toEqual(instants.toSorted((one, other) => one - other));
  expect(opened.uncertaintyNs).toBeGreaterThan(0);
  return {
    contact: [firstContact, contact()],
    word: [firstWord, await instrument.readBack()],
  };
}

/**
 * An instrument that fails may be told, never believed: a command is taken or refused as the rig's
 * fault, and what it says of its contact is true, or nothing, or an error.
 * @returns what it said of its contact, or who is to blame for its silence
 */
export async function wordOfFaulty({
  instrument,
  contact,
  settled,
}: SwitchUnderTest): Promise<unknown> {
  const taken = await instrument.close().then(() => 'taken', blameOf);
  expect(['taken', 'rig']).toContain(taken);
  await settled();
  const word = await instrument.readBack().catch(blameOf);
  expect([contact(), null, 'rig']).toContain(word);
  return word;
}

/** Who is to blame; the error itself when it is none of a bench. */
function blameOf(error: unknown): unknown {
  return error instanceof BenchError ? error.blame : error;
}
