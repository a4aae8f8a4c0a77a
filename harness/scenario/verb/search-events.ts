import { NS_PER_S } from '../../../devices/domain/time.ts';
import { NOTHING, defineVerb } from './verb.ts';

export const searchEvents = defineVerb({
  kind: 'search-events',
  summary: "Searches the head-end's events since the newest provisioning of each meter.",
  documentation: `The window is closed: it begins at the instant of the request and ends at the last answer, so that its
edges decide. What was found stands in the next snapshot, in the fields of \`events\`.`,
  example: 'do: search-events',
  schema: NOTHING,
  effects: [],
  compile: () => ({ do: 'search-events' }),
  expectedNs: () => 2 * NS_PER_S,
});
