import { VERDICT_WORDS, type VerdictWord } from '../../harness/verdict/verdict.ts';
import type { Report } from '../report.ts';

/** What the whole run came to: a word for its icon and colour, and what is said. */
export interface Overall {
  readonly word: VerdictWord;
  readonly text: string;
  readonly because: string;
}

/** The verdict of the run, after the same precedence as its exit code. */
export function overallOf(report: Report): Overall {
  const { exitCode, verdicts } = report.judgement;
  const worst = VERDICT_WORDS.findLast((word) => report.counts[word] > 0);
  switch (exitCode) {
    case 0:
      return passed(
        report.counts['conditional pass'],
        verdicts.length - report.counts.inapplicable,
      );
    case 1: {
      const word = worst === 'conditional fail' ? worst : 'fail';
      const bad = report.counts.fail + report.counts['conditional fail'];
      return { word, text: word, because: `${counted(bad, 'verdict')} outside the limits` };
    }
    case 5:
      return { word: 'error', text: 'error', because: 'the harness failed, by its own fault' };
    case 6: {
      const because = `${counted(report.counts.invalid, 'verdict')} not judged: generator or observer lagged`;
      return { word: 'invalid', text: 'invalid', because };
    }
    case 7:
      return {
        word: 'error',
        text: 'rig unsafe',
        because: 'the safe state could not be verified: do not touch the bench',
      };
    case 130:
      return { word: 'aborted', text: 'aborted', because: report.interrupted ?? 'interrupted' };
    default: {
      const open = counted(report.counts.inconclusive, 'verdict');
      const because = report.counts.inconclusive > 0 ? `${open} undecided` : 'nothing was decided';
      return { word: 'inconclusive', text: 'inconclusive', because };
    }
  }
}

function passed(conditional: number, all: number): Overall {
  const decided = `${counted(all, 'verdict')} within the limits`;
  if (conditional === 0) return { word: 'pass', text: 'pass', because: decided };
  const because = `${decided}, ${conditional} of them by less than the uncertainty`;
  return { word: 'conditional pass', text: 'conditional pass', because };
}

/** "1 verdict", "2 verdicts". */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
