import { downloadOf } from '../../download.ts';
import type { Subject } from './subject.ts';

/** An image whose identification ends so fails, as in GXF's simulator: a fault that tests can ask for. */
const CORRUPT = '.corrupt';

/** Whether the image that is there proves itself. */
export function judgedGood({ meters, row, image }: Subject): boolean {
  const download = downloadOf(meters, row);
  if (download === null) return false;
  const { version } = download.announced;
  const isSigned = !version.endsWith(CORRUPT) && image.isSigned(download.bytes, version);
  return meters.rules.imageAccepted(isSigned);
}

/** Ends a step of an image transfer that has had its time: whoever asks next finds it done. */
export function settleImage(subject: Subject): void {
  const step = subject.meters.cosem?.imageSteps.get(subject.row);
  if (step === undefined || subject.nowNs < step.doneAtNs) return;
  subject.operate({ kind: 'begin-image-step', step: null });
  switch (step.step) {
    case 'verify':
      return subject.operate({ kind: 'judge-image', isGood: judgedGood(subject) });
    case 'activate':
      return subject.operate({ kind: 'activate-image' });
  }
}
