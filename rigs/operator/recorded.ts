import type { Operator } from '../port/operator.ts';
import type { ObservationBody } from '../port/observation.ts';

/** An operator whose every answer becomes an observation, whoever asked. */
export function recordedOperator(
  operator: Operator,
  observe: (seen: ObservationBody & { readonly kind: 'prompt' }) => void,
): Operator {
  return {
    async ask(prompt, limitNs, signal) {
      const answer = await operator.ask(prompt, limitNs, signal);
      const { id, text } = prompt;
      observe({ kind: 'prompt', id, text, answer: answer.value, by: answer.by });
      return answer;
    },
  };
}
