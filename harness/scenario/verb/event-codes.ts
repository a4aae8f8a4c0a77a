import { count } from '../value.ts';
import { ValueError, type Values } from '../values.ts';

/** Events by their codes: one, or a range. */
export const eventCodes = {
  event: count('Its code.', 0).optional(),
  from: count('Code of the first.', 0).optional(),
  to: count('Code of the last.', 0).optional(),
} as const;

type Written = Readonly<Partial<Record<'event' | 'from' | 'to', Parameters<Values['count']>[0]>>>;

/** @throws ValueError when it is neither one nor a range */
export function eventRange(
  { event, from, to }: { [K in keyof Written]?: Written[K] | undefined },
  values: Values,
): { readonly firstCode: number; readonly lastCode: number } {
  if (event !== undefined && from === undefined && to === undefined) {
    const code = values.count(event);
    return { firstCode: code, lastCode: code };
  }
  if (event !== undefined || from === undefined || to === undefined) {
    throw new ValueError('events are one (event: 47) or a range (from: 1, to: 76)');
  }
  const range = { firstCode: values.count(from), lastCode: values.count(to) };
  if (range.firstCode <= range.lastCode) return range;
  throw new ValueError(`events from ${range.firstCode} to ${range.lastCode} are none`);
}
