import type { Respondent } from './respondent.ts';

/**
 * Two who are asked at the same time, such as a terminal and a page: the first answer counts, and
 * the other is not waited for any more. When neither answers, the first one's reason is told.
 */
export function eitherOf(first: Respondent, second: Respondent): Respondent {
  return {
    has: `${first.has}; ${second.has}`,
    answer(prompt, limitNs, signal) {
      const answered = new AbortController();
      const either =
        signal === undefined ? answered.signal : AbortSignal.any([signal, answered.signal]);
      const asked = [first, second].flatMap((one) => one.answer(prompt, limitNs, either) ?? []);
      if (asked.length === 0) return null;
      return Promise.any(asked)
        .catch((none: unknown) => {
          throw none instanceof AggregateError ? none.errors[0] : none;
        })
        .finally(() => answered.abort());
    },
  };
}
