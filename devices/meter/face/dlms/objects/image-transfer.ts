import {
  array,
  type Data,
  number,
  octetString,
  structure,
  elementsOf,
  numberIn,
} from '../../../../protocol/dlms/data.ts';
import type { ActionResult } from '../../../../protocol/dlms/result.ts';
import type { Obis } from '../../../../protocol/dlms/obis.ts';
import type { Download } from '../../../download-columns.ts';
import { blockFits, downloadOf, firstMissingBlock, isComplete } from '../../../download.ts';
import { judgedGood } from '../image-steps.ts';
import { overridden } from '../../../cosem.ts';
import { ACCESS, type CosemObject, fixed, kept, live, method, object } from '../object.ts';
import type { Subject } from '../subject.ts';
import { EMPTY_ARRAY, flag, text, textIn } from '../values.ts';

/** Image transfer (class 18, Blue Book 4.4.6) over the model's download. */

const IMAGE_TRANSFER: Obis = '0.0.44.0.0.255';

/** Assumed: what a meter of this size takes at once. */
const BLOCK_OCTETS = 256;
/** Nothing longer is believed to be a firmware; it would only take memory. */
const IMAGE_OCTETS_MOST = 16 << 20;
const ENABLED = 5;

/** Values of image_transfer_status. */
const STATUS = {
  notInitiated: 0,
  initiated: 1,
  verificationInitiated: 2,
  verified: 3,
  verificationFailed: 4,
  activationInitiated: 5,
  activated: 6,
} as const;

export const IMAGE_OBJECTS: readonly CosemObject[] = [
  object(
    18,
    0,
    IMAGE_TRANSFER,
    [
      fixed(2, number('double-long-unsigned', BLOCK_OCTETS), ACCESS.managed),
      live(3, blocksStatus, ACCESS.managed),
      live(4, (subject) => number('double-long-unsigned', firstMissing(subject)), ACCESS.managed),
      kept(ENABLED, flag(true), ACCESS.managedSettable),
      live(6, (subject) => number('enum', statusOf(subject)), ACCESS.managed),
      live(7, toActivate, ACCESS.managed),
    ],
    [method(1, initiate), method(2, takeBlock), method(3, verify), method(4, activate)],
  ),
];

function imageOf({ meters, row }: Subject): Download | null {
  return downloadOf(meters, row);
}

function blocksStatus(subject: Subject): Data {
  const image = imageOf(subject);
  const bits =
    image === null ? '' : Array.from(image.received, (one) => (one === 0 ? '0' : '1')).join('');
  return { type: 'bit-string', bits };
}

function firstMissing(subject: Subject): number {
  const image = imageOf(subject);
  return image === null ? 0 : firstMissingBlock(image);
}

function statusOf(subject: Subject): number {
  const image = imageOf(subject);
  const step = subject.meters.cosem?.imageSteps.get(subject.row)?.step;
  if (step === 'verify') return STATUS.verificationInitiated;
  if (step === 'activate') return STATUS.activationInitiated;
  switch (image?.phase) {
    case undefined:
      return STATUS.notInitiated;
    case 'receiving':
      return STATUS.initiated;
    case 'verified':
      return STATUS.verified;
    case 'failed':
      return STATUS.verificationFailed;
    case 'activated':
      return STATUS.activated;
  }
}

/** What a verified image is: its size, its identification, and its digest as signature. */
function toActivate(subject: Subject): Data {
  const image = imageOf(subject);
  if (image?.phase !== 'verified' && image?.phase !== 'activated') return EMPTY_ARRAY;
  const { totalLength, version } = image.announced;
  return array([
    structure(
      number('double-long-unsigned', totalLength),
      text(version),
      octetString(subject.image.sha256(image.bytes)),
    ),
  ]);
}

function isEnabled({ meters, row }: Subject): boolean {
  const written = overridden(meters, row, IMAGE_TRANSFER, ENABLED);
  return written?.type !== 'boolean' || written.value;
}

/** Begins anew, whatever was there: whoever wants to go on does not initiate. */
function initiate(subject: Subject, parameters: Data | null): ActionResult {
  const [identification, size] = elementsOf(parameters, 2) ?? [];
  const version = textIn(identification);
  const totalLength = numberIn(size);
  if (version === null || totalLength === null) return 'type-unmatched';
  if (!isEnabled(subject) || subject.meters.downloads === null) return 'other-reason';
  if (totalLength < 1 || totalLength > IMAGE_OCTETS_MOST) return 'other-reason';
  subject.operate({ kind: 'begin-image-step', step: null });
  subject.operate({ kind: 'cancel-download' });
  const announced = {
    kind: 'firmware',
    version,
    totalLength,
    blockSize: BLOCK_OCTETS,
    // DLMS announces no digest: what proves an image stands in it.
    sha256: '',
  } as const;
  subject.operate({ kind: 'announce-image', announced });
  return 'success';
}

function takeBlock(subject: Subject, parameters: Data | null): ActionResult {
  const [number_, octets] = elementsOf(parameters, 2) ?? [];
  const block = numberIn(number_);
  if (block === null || octets?.type !== 'octet-string') return 'type-unmatched';
  const image = imageOf(subject);
  if (!isEnabled(subject) || image?.phase !== 'receiving') return 'other-reason';
  const bytes = withoutPadding(image, block, octets.bytes);
  if (!blockFits(image, block, bytes.length)) return 'other-reason';
  subject.operate({ kind: 'take-block', block, bytes });
  return 'success';
}

/** The last block may be filled up to the length of the others. */
function withoutPadding({ announced, received }: Download, block: number, bytes: Uint8Array) {
  const isLast = block === received.length - 1;
  const left = announced.totalLength - block * announced.blockSize;
  const isPadded = isLast && bytes.length === announced.blockSize && left < bytes.length;
  return isPadded ? bytes.subarray(0, left) : bytes;
}

/** While it works, `temporary-failure`: the client looks at the status. */
function verify(subject: Subject): ActionResult {
  const image = imageOf(subject);
  if (!isEnabled(subject) || image === null) return 'other-reason';
  if (image.phase === 'verified') return 'success';
  if (image.phase !== 'receiving' || !isComplete(image)) return 'other-reason';
  const { verifyNs } = subject.image;
  if (verifyNs > 0) {
    const step = { step: 'verify', doneAtNs: subject.nowNs + verifyNs } as const;
    subject.operate({ kind: 'begin-image-step', step });
    return 'temporary-failure';
  }
  const isGood = judgedGood(subject);
  subject.operate({ kind: 'judge-image', isGood });
  return isGood ? 'success' : 'other-reason';
}

function activate(subject: Subject): ActionResult {
  if (!isEnabled(subject) || imageOf(subject)?.phase !== 'verified') return 'other-reason';
  const { activateNs } = subject.image;
  if (activateNs > 0) {
    const step = { step: 'activate', doneAtNs: subject.nowNs + activateNs } as const;
    subject.operate({ kind: 'begin-image-step', step });
    return 'temporary-failure';
  }
  subject.operate({ kind: 'activate-image' });
  return 'success';
}
