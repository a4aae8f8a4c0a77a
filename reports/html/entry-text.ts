import { formatDurationNs, formatQuantity } from '../../devices/domain/quantity.ts';
import type { Entry } from '../../harness/journal/entry.ts';
import type { Observation } from '../../rigs/port/observation.ts';
import { measuredText } from '../number-text.ts';

/** What a line of the journal says, in one sentence. */
export function entryText(entry: Entry): string {
  switch (entry.kind) {
    case 'run-opened':
      return `run ${entry.runId} begins, seed ${entry.seed}, ${entry.time} time`;
    case 'file':
      return `the text of ${entry.name}`;
    case 'case-opened':
      return 'the case begins';
    case 'case-closed':
      return 'the case ends';
    case 'step-opened':
      return `step ${entry.step} begins`;
    case 'step-closed':
      return `step ${entry.step} is ${entry.outcome}${reasonText(entry.reason)}`;
    case 'energised':
      return `energised: ${entry.what}`;
    case 'observation':
      return observationText(entry.observation);
    case 'tally': {
      const { fulfilled, meters } = entry.result;
      return `tally of ${entry.expectation}: ${fulfilled} of ${meters} meters fulfil it`;
    }
    case 'undone':
      return `${entry.name}: ${entry.outcome}, ${entry.detail}`;
    case 'aborted':
      return `aborted: ${entry.by}`;
    case 'harness-error':
      return `error of the harness: ${entry.message}`;
    case 'run-closed':
      return `the run ends, rig safe: ${entry.rigSafe}`;
  }
}

/** The bytes that a line holds, in hex; null when it holds none. */
export function bytesOf(entry: Entry): string | null {
  if (entry.kind !== 'observation') return null;
  const { observation } = entry;
  const holds = observation.kind === 'message' || observation.kind === 'table';
  return holds ? observation.bytesHex : null;
}

/** Who saw it; null for what nobody saw but the harness did. */
export function instrumentOf(entry: Entry): string | null {
  return entry.kind === 'observation' ? entry.observation.instrument : null;
}

function reasonText(reason: string | null): string {
  return reason === null ? '' : `: ${reason}`;
}

function observationText(observation: Observation): string {
  switch (observation.kind) {
    case 'message': {
      const { kind, fields } = observation.message;
      return [kind, ...Object.entries(fields).map(([name, value]) => fieldText(name, value))].join(
        ', ',
      );
    }
    case 'reading':
      return `${observation.name} = ${measuredText(observation)}`;
    case 'switch': {
      const { commanded, verified, verifiedBy } = observation;
      return `switch commanded ${commanded}, ${verified} by ${verifiedBy}`;
    }
    case 'table':
      return `table ${observation.table}, ${observation.bytesHex.length / 2} bytes`;
    case 'event-log': {
      const codes = observation.events.map(({ code }) => code);
      const what = codes.length === 0 ? 'no new event' : `new events ${codes.join(', ')}`;
      return `${observation.name}: ${what}, the last is number ${observation.lastNumber}`;
    }
    case 'load-profile': {
      const { name, intervals, registerMilliWattHours, intervalNs } = observation;
      const register = formatQuantity({ value: registerMilliWattHours, unit: 'mWh' });
      const size = formatDurationNs(intervalNs);
      return `${name}: ${intervals.length} new intervals of ${size}, register ${register}`;
    }
    case 'answer':
      return `${observation.accepted ? 'accepted' : 'refused'}: ${observation.detail}`;
    case 'text':
      return `${observation.name}: ${JSON.stringify(observation.text)}`;
    case 'prompt': {
      const { id, text, answer, by } = observation;
      return `${by} was asked “${text}” (${id}) and answered “${answer}”`;
    }
    case 'alarm': {
      const { kind, outageId, alarmId, pairsWith } = observation.alarm;
      const outage = outageId === null ? '' : ` of outage ${outageId}`;
      const pair = pairsWith === null ? '' : `, ends alarm ${pairsWith}`;
      return `alarm ${alarmId}: ${kind}${outage}${pair}, meter ${observation.meter}`;
    }
    case 'northbound-heard':
      return `northbound event ${observation.eventNumber}, ${observation.event}: the observer listens`;
    case 'snapshot':
      return `snapshot ${observation.name}: ${observation.rows.length} meters`;
    case 'health': {
      const { generatorLagP99Ns, observerLagP99Ns, offered, achieved, received } =
        observation.health;
      const lag = `lag at p99: generator ${formatDurationNs(generatorLagP99Ns)}, observer ${formatDurationNs(observerLagP99Ns)}`;
      return `${lag}; datagrams offered ${offered}, achieved ${achieved}, received ${received}`;
    }
    case 'evidence':
      return `${observation.what}: ${observation.detail}`;
  }
}

/** Fields end in their unit; instants are UTC by the meter's clock. */
function fieldText(name: string, value: number): string {
  const instant = name.endsWith('AtMs') ? instantText(value) : null;
  if (instant !== null) return `${name} ${instant}`;
  return name.endsWith('Ns') ? `${name} ${formatDurationNs(value)}` : `${name} ${value}`;
}

/** ISO 8601; null for what no calendar can hold. */
function instantText(utcMs: number): string | null {
  const date = new Date(utcMs);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
