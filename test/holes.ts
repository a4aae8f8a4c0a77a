import { DECLARABLE } from '../harness/scenario/evidence-file.ts';

/**
 * Requirements that no scenario asks yet, each with what it waits for. A list that only gets shorter:
 * whoever adds a scenario takes its ids out.
 */
const WAITING: Readonly<Record<string, readonly string[]>> = {
  'registers, filters and owners of reads in the model, and verbs for them': [
    'RD-04',
    'RD-05',
    'RD-06',
    'RD-07',
  ],
  'a verb that resets a demand, by three ways': ['DR-01', 'DR-02', 'DR-03'],
  'that part of the reference head-end': ['EV-02', 'VD-01', 'VD-02'],
  'probes of the supply and of temperature': ['OUT-08', 'OUT-09'],
  'campaigns of firmware and programs': [
    'FWL-01',
    'FWL-02',
    'FWL-03',
    'FWL-04',
    'FWL-05',
    'FWL-06',
    'FWL-07',
    'FWL-08',
    'FWL-09',
    'FWL-10',
    'FWL-11',
    'FWL-12',
    'FWL-14',
    'FWO-01',
    'FWO-02',
    'FWO-03',
    'FWO-04',
    'FWO-05',
    'FWO-06',
    'FWO-07',
    'FWO-08',
    'FWO-09',
    'FWO-10',
    'FWO-11',
  ],
  'roles, TLS in wall time, DLMS in scenarios': [
    'SEC-03',
    'SEC-04',
    'SEC-05',
    'SEC-06',
    'SEC-08',
    'SEC-10',
  ],
  'schedules that meters and head-end keep': ['SCH-04', 'SCH-05', 'SCH-06'],
  'loads and paths beyond a poll': ['LOD-03', 'LOD-04', 'LOD-05', 'LOD-07'],
  'maintenance in the model and the head-end': [
    'MNT-06',
    'MNT-07',
    'MNT-08',
    'MNT-09',
    'MNT-10',
    'MNT-11',
  ],
  'diagnostics in the model: neighbours, displays, errors': [
    'DIA-01',
    'DIA-02',
    'DIA-03',
    'DIA-04',
    'DIA-05',
    'DIA-06',
    'DIA-08',
    'DIA-09',
  ],
  'health reports': ['HC-01', 'HC-02', 'HC-03'],
  'actors and directions as the wire shows them': ['ARC-03'],
};

/** What no bench of ours decides at all: a person declares it. */
const DECLARED = [...DECLARABLE].filter(([, part]) => part === 'whole').map(([id]) => id);

const HOLES = Object.values(WAITING).flat();

/** Everything of which no scenario asks anything. */
export const UNASKED: ReadonlySet<string> = new Set([...HOLES, ...DECLARED]);
