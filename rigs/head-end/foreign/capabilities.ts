import type { ActionKind } from '../../port/action.ts';

/** What a head-end can be told or asked, each with a call of its own in the head-end file. */
export const CONTROLS = [
  'records',
  'configurations',
  'provision',
  'provisionings',
  'configure',
  'configure-events',
  'set-device-pin',
  'search-events',
  'alarms',
  'read',
  'start-campaign',
  'campaign',
  'clock',
  'set-clock-skew',
  'counters',
  'payloads',
  'prepare',
  'reset',
] as const;
export type ControlName = (typeof CONTROLS)[number];

/** What a head-end can do, as its file declares it; what it lacks makes scenarios inapplicable. */
export const CAPABILITIES = [
  'registration',
  'configuration-server',
  'provisioning',
  'settings',
  'event-filters',
  'device-pin',
  'event-search',
  'alarms',
  'on-demand-read',
  'campaigns',
  'time-reference',
  'clock-skew',
  'counters',
  'compression',
] as const;
export type Capability = (typeof CAPABILITIES)[number];

/** Without these calls nobody could see that it can. */
const NEEDED: Readonly<Record<Capability, readonly ControlName[]>> = {
  registration: ['records'],
  'configuration-server': ['configurations'],
  provisioning: ['provision', 'provisionings'],
  settings: ['configure'],
  'event-filters': ['configure-events'],
  'device-pin': ['set-device-pin'],
  'event-search': ['search-events'],
  alarms: ['alarms'],
  'on-demand-read': ['read'],
  campaigns: ['start-campaign', 'campaign'],
  'time-reference': ['clock'],
  'clock-skew': ['set-clock-skew', 'clock'],
  counters: ['counters'],
  compression: ['payloads'],
};

/** Capabilities that are declared without the calls by which they are seen. */
export function lackingControls(
  capabilities: readonly Capability[],
  controls: readonly string[],
): readonly { readonly capability: Capability; readonly lacks: readonly ControlName[] }[] {
  return capabilities
    .map((capability) => ({
      capability,
      lacks: NEEDED[capability].filter((name) => !controls.includes(name)),
    }))
    .filter(({ lacks }) => lacks.length > 0);
}

/** What a snapshot shows of a head-end: a part that it lacks would look like an empty one. */
const SNAPSHOT: readonly Capability[] = [
  'registration',
  'configuration-server',
  'provisioning',
  'event-search',
  'alarms',
  'time-reference',
];

/** What an action asks of a head-end; null for what only a head-end of this project can be made to do. */
const ASKED: Readonly<Partial<Record<ActionKind, readonly Capability[] | null>>> = {
  'await-state': ['registration'],
  provision: ['provisioning'],
  'take-snapshot': SNAPSHOT,
  'configure-clock-sync': ['settings'],
  'configure-outage-alarms': ['settings'],
  'configure-intervals': ['settings'],
  'configure-event-alarms': ['event-filters'],
  'raise-event': [],
  'set-device-pin': ['device-pin'],
  'set-head-end-clock': ['clock-skew'],
  'read-intervals': ['on-demand-read'],
  'search-events': ['event-search', 'provisioning'],
  'poll-meters': ['campaigns'],
  'read-counter': ['counters'],
  'measure-compression': ['compression'],
  'restart-head-end': null,
  'open-mains': [],
  'close-mains': [],
  'interrupt-mains': [],
  'restore-mains': [],
  'set-link': [],
  'hold-answer': [],
  'spoil-identity': [],
  'forge-uplink': [],
  'set-stimulus': [],
  await: [],
  wait: [],
};

/** Of the actions that fleets perform, those that can be performed against a head-end that can this much. */
export function performable(
  actions: readonly ActionKind[],
  capabilities: readonly Capability[],
): readonly ActionKind[] {
  return actions.filter((action) => {
    // What nobody has thought about is not asked of a stranger.
    const asked = ASKED[action] ?? null;
    return asked?.every((capability) => capabilities.includes(capability)) ?? false;
  });
}
