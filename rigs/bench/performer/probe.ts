import { formatQuantity } from '../../../devices/domain/quantity.ts';
import { NS_PER_MINUTE } from '../../../devices/domain/time.ts';
import { BenchError, type PerformContext } from '../../port/bench.ts';
import type { Reading } from '../../port/observation.ts';
import type { ProbeReading } from '../../port/probe.ts';
import { type BenchParts, need, observationOf, type Performer } from '../parts.ts';

/** A person may have to do it. */
const REST_BUDGET_NS = 2 * NS_PER_MINUTE;

export const readProbe: Performer<'read-probe'> = {
  needs: ['probes'],
  async perform({ probe: name, as, unit, expects }, parts, context) {
    const instrument = `probe ${name}`;
    const seen = await fitted(parts.probes, instrument, name).read(context.signal);
    if (seen.kind === 'text' && unit === null) {
      tellText(parts, context, { instrument, name: as, text: seen.value, expects });
      return;
    }
    if (seen.kind === 'text' || seen.unit !== unit) {
      const wanted = unit === null ? 'a text' : `a number in ${unit}`;
      const got = seen.kind === 'text' ? JSON.stringify(seen.value) : formatQuantity(seen);
      throw new BenchError('scenario', `${instrument}: the step wants ${wanted}, it shows ${got}`);
    }
    context.observe(observationOf(parts, instrument, readingOf(as, seen)));
  },
};

export const setStimulus: Performer<'set-stimulus'> = {
  needs: ['stimuli'],
  async perform({ stimulus: name, state }, parts, context) {
    const instrument = `stimulus ${name}`;
    const stimulus = fitted(parts.stimuli, instrument, name);
    const [rest = state] = stimulus.states;
    context.undo({
      name: `${instrument} at rest`,
      budgetNs: REST_BUDGET_NS,
      run: async () => {
        await stimulus.set(rest);
        return `${instrument} is ${rest}`;
      },
    });
    await stimulus.set(state, context.signal);
  },
};

export const runConsole: Performer<'run-console'> = {
  needs: ['console'],
  async perform({ command, as, expects, withinNs }, parts, context) {
    const console = need(parts, 'console', 'run-console');
    const text = await console.send(command, withinNs, context.signal);
    tellText(parts, context, { instrument: 'console', name: as, text, expects });
  },
};

interface Shown {
  readonly instrument: string;
  readonly name: string;
  readonly text: string;
  /** A regular expression for the text; null when nothing is expected of it. */
  readonly expects: string | null;
}

/** Leaves a text, and whether it is what was expected, when that was said. */
export function tellText(
  parts: BenchParts,
  context: PerformContext,
  { instrument, name, text, expects }: Shown,
): void {
  context.observe(observationOf(parts, instrument, { kind: 'text', name, text }));
  if (expects === null) return;
  const accepted = new RegExp(expects, 'u').test(text);
  const detail = `${name} is ${JSON.stringify(text)}, awaited /${expects}/`;
  context.observe(observationOf(parts, instrument, { kind: 'answer', accepted, detail }));
}

/** A number as it was read, with what is known of its uncertainty. */
export function readingOf(
  name: string,
  { value, unit, expandedUncertainty }: Extract<ProbeReading, { readonly kind: 'number' }>,
): Reading {
  const source = expandedUncertainty === null ? 'not declared' : 'instrument (rig file)';
  const expanded = expandedUncertainty ?? 0;
  return {
    kind: 'reading',
    name,
    value,
    unit,
    expandedUncertainty: expanded,
    coverageFactor: 2,
    budget: [{ source, standardUncertainty: expanded / 2 }],
    // Of what shows a number nothing finer is known than the unit in which it is kept.
    resolution: 1,
    ticks: null,
    raw: {},
  };
}

function fitted<T>(all: ReadonlyMap<string, T>, instrument: string, name: string): T {
  const found = all.get(name);
  if (found !== undefined) return found;
  throw new Error(`a bench without ${instrument} was asked for it; the plan must refuse that`);
}
