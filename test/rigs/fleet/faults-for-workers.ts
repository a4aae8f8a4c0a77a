import type { LinkFaultsBothWays } from '../../../rigs/wrap/faulty-link.ts';

/** What a worker is told to take by address and name: right rules, and links at fault. */
export const meterRules = {};

export const nothingGoesUp: LinkFaultsBothWays = { up: { dropOneIn: 1 } };

export const allThatComesDownIsSpoiled: LinkFaultsBothWays = { down: { spoilOneIn: 1 } };

export const noFaults: LinkFaultsBothWays = {};
