import type { Subject } from './subject.ts';

/** Ends a step of an image transfer that has had its time: whoever asks next finds it done. */
export function settleImage(subject: Subject): void {
  const step = subject.meters.cosem?.imageSteps.get(subject.row);
  if (step === undefined || subject.nowNs < step.doneAtNs) return;
  subject.operate({ kind: 'begin-image-step', step: null });
  subject.operate({
    kind: step.step === 'verify' ? 'judge-image' : 'activate-image',
    isGood: true,
  });
}
