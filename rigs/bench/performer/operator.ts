import { quantityIn } from '../../../devices/domain/quantity.ts';
import { NS_PER_MINUTE } from '../../../devices/domain/time.ts';
import { BenchError } from '../../port/bench.ts';
import { type BenchParts, need, observationOf, type Performer } from '../parts.ts';
import { stateSeen } from './mains.ts';
import { readingOf, tellText } from './probe.ts';

/** Shorter than the run's patience with the step. */
const LABEL_WITHIN_NS = 5 * NS_PER_MINUTE;
/** ST5, DEVICE_IDENT_TBL: the device's identification (ANSI C12.19, decade 0). */
const IDENTIFICATION_TABLE = 5;

export const askOperator: Performer<'ask-operator'> = {
  needs: ['operator'],
  async perform({ as, text, wants, unit, expects, withinNs }, parts, context) {
    const operator = need(parts, 'operator', 'ask-operator');
    const prompt = { id: `ask-operator ${as}`, text, wants };
    const { value } = await operator.ask(prompt, withinNs, context.signal);
    if (wants.kind !== 'number' || unit === null) {
      tellText(parts, context, { instrument: 'operator', name: as, text: value, expects });
      return;
    }
    const quantity = quantityIn(Number(value), wants.unit);
    if (quantity === undefined) {
      throw new BenchError('rig', `operator: awaited a number in ${wants.unit}, got "${value}"`);
    }
    const number = { kind: 'number', ...quantity, expandedUncertainty: null } as const;
    context.observe(observationOf(parts, 'operator', readingOf(as, number)));
  },
};

/**
 * Label, rig file and the meter's own word, compared character by character. What stands in the
 * socket must be known before it is energised: its class caps the source. REG-11
 */
export const identifyMeter: Performer<'identify-meter'> = {
  needs: ['operator'],
  async perform(_action, parts, context) {
    const label = parts.memory.label ?? (await labelRead(parts, context.signal));
    const { position, meterSerial, meterBarcode = null } = parts;
    if (label !== meterSerial && label !== meterBarcode) {
      const barcode = meterBarcode === null ? '' : ` with the barcode ${meterBarcode}`;
      throw new BenchError(
        'rig',
        `position ${position}: awaited the meter ${meterSerial}${barcode} as the rig file has it, ` +
          `the label reads "${label}"`,
      );
    }
    // The same meter all through the case: nobody need read its label twice.
    parts.memory.label = label;
    const own = await ownSerial(parts);
    const accepted = own === null || own === meterSerial;
    const said = own === null ? '' : `, the meter says "${own}" (ST5)`;
    const detail = `the label reads "${label}", the rig file says ${meterSerial}${said}`;
    context.observe(observationOf(parts, 'operator', { kind: 'answer', accepted, detail }));
    if (!accepted) throw new BenchError('rig', `position ${position}: ${detail}`);
  },
};

async function labelRead(parts: BenchParts, signal: AbortSignal): Promise<string> {
  const { position } = parts;
  const prompt = {
    id: `identity ${position}`,
    text: `Scan the barcode of the meter in position ${position}, or type its serial number.`,
    wants: { kind: 'text' },
  } as const;
  const operator = need(parts, 'operator', 'identify-meter');
  return (await operator.ask(prompt, LABEL_WITHIN_NS, signal)).value;
}

/** What ST5 says; null without an optical port, or where the mains are not seen to be on. */
async function ownSerial(parts: BenchParts): Promise<string | null> {
  if (parts.optical === null || (await stateSeen(parts)).state !== 'closed') return null;
  const session = await parts.optical.open();
  try {
    const { value } = await session.readTable(IDENTIFICATION_TABLE);
    const shown = value.IDENTIFICATION;
    if (typeof shown === 'string') return shown.trim();
    throw new BenchError('dut', `ST5: awaited a serial number, got ${String(shown)}`);
  } finally {
    await session.close();
  }
}
