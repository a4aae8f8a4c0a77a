import { describe, expect, test } from 'vitest';
import { DamagedRunError } from '../../harness/journal/damage.ts';
import type { Entry } from '../../harness/journal/entry.ts';
import { renderJournal } from '../../reports/write.ts';
import { alarm, answer, health, heartbeat, said, snapshot } from '../harness/tally/observations.ts';
import { expectation, HEARTBEAT, s, Story, within } from '../harness/verdict/story.ts';

const STEPS = [['measure', { do: 'measure-clock', as: 'residual' }]] as const;
const OURS = { kind: 'default', name: 'ours' } as const;

/** The same data with one part at a time taken out, and with each replaced by other things. */
function* broken(value: unknown): Generator<unknown> {
  yield* [null, 0, 'x', [], {}, [null], true];
  if (typeof value !== 'object' || value === null) return;
  const isList = Array.isArray(value);
  for (const [name, item] of Object.entries(value)) {
    const rest = Object.entries(value).filter(([other]) => other !== name);
    if (!isList) yield Object.fromEntries(rest);
    for (const other of broken(item)) {
      if (isList) yield value.with(Number(name), other);
      else yield { ...value, [name]: other };
    }
  }
}

/** What is thrown and is no DamagedRunError; null for a report or a refusal. */
function strange(entries: readonly unknown[]): unknown {
  try {
    renderJournal(`${entries.map((entry) => JSON.stringify(entry)).join('\n')}\n`);
    return null;
  } catch (error) {
    return error instanceof DamagedRunError ? null : error;
  }
}

describe.each([
  ['of a rig', oneOfEach().entries()],
  ['of a fleet', fleetOfEach().entries()],
])('whatever is broken in a journal %s or its plan', (_what, entries) => {
  test('a line is judged or refused', { timeout: 300_000 }, () => {
    for (const [index, entry] of entries.entries()) {
      if (entry.kind === 'file') continue;
      for (const other of broken(entry)) {
        expect({ other, error: strange(entries.with(index, other as Entry)) }).toEqual({
          other,
          error: null,
        });
      }
    }
  });

  test('a plan is judged or refused', { timeout: 300_000 }, () => {
    const index = entries.findIndex(({ kind }) => kind === 'file');
    const file = entries[index];
    if (file?.kind !== 'file') throw new Error('a story has a plan');
    for (const other of broken(JSON.parse(file.text))) {
      const text = JSON.stringify(other);
      expect({ other, error: strange(entries.with(index, { ...file, text })) }).toEqual({
        other,
        error: null,
      });
    }
  });
});

/** A case of a fleet with each kind of expectation and of observation, and one with a tally. */
function fleetOfEach(): Story {
  const since = { step: 'cut', edge: 'start' } as const;
  const window = { since, notBeforeNs: 0, withinNs: s(30), count: 1, origin: OURS } as const;
  const eachOf = { name: 'dark', ranges: [{ first: 0, count: 2, stride: 1 }] };
  const bound = { comparison: '<', bound: s(5), text: 'p(95)<5s' } as const;
  const metric = { metric: 'outage_to_alarm', alarm: 'last-gasp' } as const;
  const threshold = { ...metric, statistic: { percentile: 95 }, ...bound } as const;
  const gasp = expectation('message', {
    ...window,
    message: 'last-gasp',
    pairsWith: null,
    value: null,
  });
  const story = new Story()
    .case('storm#small', {
      meters: 2,
      steps: [
        ['cut', { do: 'open-mains' }],
        ['look', { do: 'take-snapshot', as: 'after' }],
      ],
      expect: [
        gasp,
        expectation('alarm', { ...window, alarm: 'last-gasp', pairsWith: null, eachOf }),
        expectation('never', {
          since,
          forNs: s(60),
          control: HEARTBEAT,
          forbidden: [{ message: 'restoration' }],
        }),
        expectation('snapshot', { snapshot: 'after', holds: 'headEnd.state == "placed"' }),
        expectation('answer', { step: 'look', accepted: true }),
        expectation('threshold', { threshold, origin: OURS }),
      ],
    })
    .begin('cut')
    .done('cut');
  for (const index of [0, 1]) {
    story.ofFleet(
      said(index, s(1), 'last-gasp', { outageNumber: 1 }),
      alarm(index, s(2), 'last-gasp', { outage: 1, alarmId: index }),
      heartbeat(index, s(30), 1),
      heartbeat(index, s(90), 2),
    );
  }
  return story
    .at(s(95))
    .begin('look')
    .ofFleet(snapshot('after', s(95), new Map([[0, 'placed']])), answer(0, s(95), true))
    .done('look')
    .ofFleet(health(s(95)))
    .close()
    .case('storm#large', { meters: 5_000, expect: [gasp] })
    .tally('message', {
      meters: 5_000,
      fulfilled: 4_999,
      faults: { missing: 1 },
      violators: [{ meter: '60000001', fault: 'missing', why: 'none came' }],
      latency: {
        samples: 1,
        minimumNs: 1,
        p50Ns: 1,
        p95Ns: 1,
        p99Ns: 1,
        maximumNs: 1,
        histogram: [[1, 1]],
      },
      statistic: null,
      hash: '',
    })
    .close()
    .end();
}

/** A case with each kind of expectation and of observation. */
function oneOfEach(): Story {
  const since = { step: 'measure', edge: 'start' } as const;
  const message = {
    message: 'last-gasp',
    since,
    notBeforeNs: 0,
    withinNs: s(9),
    count: 1,
  } as const;
  const watched = { since, forNs: s(9), control: HEARTBEAT };
  return new Story()
    .case('a#b', {
      parameters: { lower: { value: 5, unit: 'ns' } },
      steps: STEPS,
      expect: [
        expectation('measure', {
          measurement: 'residual',
          limits: within(s(1)),
          when: 'lower > 1.0',
        }),
        expectation('recorded', { measurement: 'residual', raw: { edges: 1 } }),
        expectation('message', {
          ...message,
          value: { field: 'lostAtMs', is: 'measured.residual', tolerance: 1 },
          pairsWith: 'heartbeat',
          origin: OURS,
        }),
        expectation('never', {
          ...watched,
          forbidden: [{ message: 'restoration' }, { event: 3, log: 'log' }],
        }),
        expectation('unchanged', { ...watched, before: 'residual', after: 'after', tolerance: 1 }),
        expectation('events', {
          log: 'log',
          codes: [3],
          stampsDifferBy: { is: '1.0', tolerance: 1 },
        }),
        expectation('intervals', {
          profile: 'profile',
          contiguous: true,
          sumSince: 'profile',
          sumTolerance: 1,
          flags: ['partial'],
        }),
        expectation('answer', { step: 'measure', accepted: true }),
      ],
    })
    .begin('measure')
    .energised()
    .reading('residual', 5, { ticks: { size: 1, count: 5 }, raw: { edges: 2 } })
    .answer(true)
    .done('measure')
    .at(s(1))
    .message('heartbeat', { sequenceNumber: 1 })
    .message('last-gasp', { outageNumber: 1, lostAtMs: 5 })
    .at(s(10))
    .reading('after', 5)
    .log('log', [{ number: 1, code: 3, stampMs: 1 }])
    .profile('profile', [{ endMs: 1, energyMilliWattHours: 1, flags: ['partial'] }])
    .message('heartbeat', { sequenceNumber: 2 })
    .undone()
    .close()
    .end();
}
