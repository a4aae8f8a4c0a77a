import os from 'node:os';

/** Before everything that only computes. */
const URGENT = os.constants.priority.PRIORITY_HIGH;

/**
 * Asks the system to let this process go before others: a bench is not made safe later because a load
 * test has the cores. Refused to most users on Linux (CAP_SYS_NICE), which changes nothing else.
 */
export function goFirst(): void {
  try {
    os.setPriority(URGENT);
  } catch {
    // The worst-case times of docs/safety.md hold for an idle machine then.
  }
}
