import { deviationOf, meanOf } from '../../../devices/domain/spread.ts';
import { formatQuantity } from '../../../devices/domain/quantity.ts';
import { NS_PER_S } from '../../../devices/domain/time.ts';
import { connectionOf } from '../../port/connection.ts';
import type { ActionOf } from '../../port/action.ts';
import { BenchError, type PerformContext } from '../../port/bench.ts';
import type { Comparison, Electrical, ReferenceStandard } from '../../port/instrument.ts';
import type { Reading } from '../../port/observation.ts';
import { pulsePeriodNs } from '../../port/pulse-period.ts';
import { accuracyBudget, type Warmth } from '../accuracy-budget.ts';
import { type BenchParts, need, observationOf, type Performer } from '../parts.ts';
import { movedText, type Spread, spreadsOf } from '../stability.ts';
import { expand } from '../uncertainty.ts';

type Accuracy = ActionOf<'measure-accuracy'>;

/** A comparison may take this many times its computed duration before it is given up. */
const PATIENCE = 2;
/** While a gate is open the source is looked at this often, by drivers that can. */
const LOOK_EVERY_NS = 5 * NS_PER_S;

/** One gate, and what the source did meanwhile. */
interface Gate {
  readonly comparison: Comparison;
  readonly spreads: readonly Spread[];
}

export const measureAccuracy: Performer<'measure-accuracy'> = {
  needs: ['standard', 'source'],
  async perform(action, parts, context) {
    const standard = need(parts, 'standard', 'measure-accuracy');
    const { clock } = parts;
    await clock.sleepUntil(clock.nowNs() + action.warmUpNs + action.settleNs, context.signal);
    const gates: Gate[] = [];
    for (let repeat = 0; repeat < action.repeats; repeat++) {
      gates.push(await steadyGate(action, standard, parts, context));
    }
    const reading = readingOf(action, standard, gates, parts, await warmthOf(parts, context));
    context.observe(observationOf(parts, 'reference-standard', reading));
  },
};

/**
 * A gate through which the source stood still. One in which it moved is told of, and tried again.
 * @throws BenchError (rig) that names what moved when it never stood still
 */
async function steadyGate(
  action: Accuracy,
  standard: ReferenceStandard,
  parts: BenchParts,
  context: PerformContext,
): Promise<Gate> {
  const { tolerancePpm, attempts } = action.stability;
  let moved: string | null = null;
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const gate = await oneGate(action, standard, parts, context);
    moved = movedText(gate.spreads, tolerancePpm);
    if (moved === null) return gate;
    const found = `error ${percent(gate.comparison.errorPpm)}, not counted`;
    const detail = `${action.as}, attempt ${attempt} of ${attempts}: ${moved}; ${found}`;
    const what = 'the source moved while a gate was open';
    context.observe(observationOf(parts, 'reference-standard', { kind: 'evidence', what, detail }));
  }
  const awaited = `a source steady within ${percent(tolerancePpm)} for a whole gate`;
  throw new BenchError(
    'rig',
    `${action.as} at ${parts.position}: awaited ${awaited}, ${attempts} times; ${moved ?? 'it moved'}`,
  );
}

async function oneGate(
  action: Accuracy,
  standard: ReferenceStandard,
  parts: BenchParts,
  { signal }: PerformContext,
): Promise<Gate> {
  const { clock, profile } = parts;
  const { factor } = connectionOf(parts.wiring.connection, profile);
  // Without a load the comparison is bound to run into its limit.
  const pulseNs = pulsePeriodNs(parts.memory.load, profile, parts.wiring.connection) ?? NS_PER_S;
  const byTime = Math.ceil(action.minimumGateNs / pulseNs);
  const pulses = Math.max(action.pulses, profile.minimumPulses, byTime);
  const samples: Electrical[] = [await standard.measure()];
  let lookedAtNs = clock.nowNs();
  const comparison = await standard.compare({
    pulses,
    // The standard sees one element; what it is to compare with is what one element registers.
    khWattHours: profile.khWattHours / factor,
    limitNs: PATIENCE * (pulses + 1) * pulseNs + 10 * NS_PER_S,
    signal,
    whileOpen: async () => {
      if (clock.nowNs() - lookedAtNs < LOOK_EVERY_NS) return;
      lookedAtNs = clock.nowNs();
      samples.push(await standard.measure());
    },
  });
  samples.push(await standard.measure());
  return { comparison, spreads: spreadsOf(samples) };
}

/** Percent error of the meter as the mean of the repeats, with its budget and all that it rests on. */
function readingOf(
  action: Accuracy,
  standard: ReferenceStandard,
  gates: readonly Gate[],
  parts: BenchParts,
  warmth: Warmth | null,
): Reading {
  const comparisons = gates.map(({ comparison }) => comparison);
  const spreads = gates.map((gate) => gate.spreads);
  const lines = accuracyBudget({ standard, comparisons, spreads, warmth });
  return {
    kind: 'reading',
    name: action.as,
    value: Math.round(meanOf(comparisons.map(({ errorPpm }) => errorPpm))),
    unit: 'ppm',
    ...expand(lines),
    budget: lines.map(({ source, standardUncertainty }) => ({ source, standardUncertainty })),
    resolution: Math.max(...comparisons.map(({ resolutionPpm }) => resolutionPpm)),
    ticks: null,
    raw: {
      ...countsOf(comparisons, connectionOf(parts.wiring.connection, parts.profile).factor),
      warmUpNs: action.warmUpNs,
      settleNs: action.settleNs,
      stabilityTolerancePpm: action.stability.tolerancePpm,
      ...reachOf(spreads.flat()),
      ...(warmth !== null && { celsius: warmth.celsius }),
      ...typedCount(comparisons),
    },
  };
}

/** Raw counts over all gates; the energies are the meter's, so that its registers can be compared. */
function countsOf(
  comparisons: readonly Comparison[],
  elementFactor: number,
): Record<string, number> {
  const sum = (value: (comparison: Comparison) => number): number =>
    comparisons.reduce((total, comparison) => total + value(comparison), 0);
  const errors = comparisons.map(({ errorPpm }) => errorPpm);
  return {
    repeats: comparisons.length,
    pulses: sum(({ pulses }) => pulses),
    meterMilliWattHours: sum((one) => one.meterMilliWattHours) * elementFactor,
    referenceMilliWattHours: sum((one) => one.referenceMilliWattHours),
    elementFactor,
    ...Object.fromEntries(errors.map((error, index) => [`errorPpm${index + 1}`, error])),
    meanPpm: meanOf(errors),
    deviationPpm: deviationOf(errors) ?? 0,
    rangePpm: Math.max(...errors) - Math.min(...errors),
  };
}

/** Between which values each quantity stood in all gates, e.g. `milliVoltsLeast`. */
function reachOf(spreads: readonly Spread[]): Record<string, number> {
  const reach: Record<string, number> = {};
  for (const { quantity, least, most } of spreads) {
    reach[`${quantity}Least`] = Math.min(reach[`${quantity}Least`] ?? least, least);
    reach[`${quantity}Most`] = Math.max(reach[`${quantity}Most`] ?? most, most);
  }
  return reach;
}

/** What a person read off and typed is told apart. */
function typedCount(comparisons: readonly Comparison[]): Record<string, number> {
  const typed = comparisons.filter((comparison) => comparison.typed).length;
  return typed === 0 ? {} : { typedByOperator: typed };
}

/** The probe that a rig file calls "temperature", where the standard's coefficient is declared. */
async function warmthOf(parts: BenchParts, { signal }: PerformContext): Promise<Warmth | null> {
  const probe = parts.probes.get('temperature');
  const declared = parts.wiring.standardTemperature;
  if (probe === undefined || declared === null) return null;
  const reading = await probe.read(signal);
  if (reading.kind !== 'number' || reading.unit !== 'mdegC') {
    const came = reading.kind === 'number' ? formatQuantity(reading) : reading.value;
    throw new BenchError('rig', `probe temperature: awaited a number in °C, got ${came}`);
  }
  const uncertaintyKelvin = (reading.expandedUncertainty ?? 0) / 1e3;
  return { celsius: reading.value / 1e3, uncertaintyKelvin, ...declared };
}

function percent(ppm: number): string {
  return formatQuantity({ value: ppm, unit: 'ppm' });
}
