/** What stands of a rig from one run to the next, as plain data for people and programs. */

/** Who holds a rig, as it was when the lock was taken, with the heartbeat of whoever guards it. */
export interface RigHolder {
  readonly run: string;
  readonly owner: string;
  readonly host: string;
  readonly pid: number;
  /** When that process was started: a pid alone may belong to another by now. */
  readonly processStarted: string;
  /** The process that holds the lock for it. */
  readonly guardianPid: number;
  /** The folder of the run; null for commands that have none. */
  readonly folder: string | null;
  readonly since: string;
  readonly heartbeat: string;
  /** Without another heartbeat the lock means nothing after this. */
  readonly expires: string;
}

export interface RigRecord {
  readonly format: 'meterbench-rig/1';
  readonly rig: string;
  /** Grows with each acquisition; stands in every line of the journal that was kept under it. */
  readonly fence: number;
  readonly holder: RigHolder | null;
  /** Something was energised and nobody has shown since that it is not any more. */
  readonly mayBeLive: {
    readonly since: string;
    readonly run: string;
    readonly what: string;
  } | null;
  /** No run is accepted until a person has cleared this. */
  readonly quarantine: {
    readonly since: string;
    readonly run: string;
    readonly why: string;
  } | null;
  /** The last time at which the safe state was shown, and by what. */
  readonly lastSafe: { readonly at: string; readonly run: string; readonly detail: string } | null;
  /** Who lifted the last quarantine, and why that was right. */
  readonly cleared: { readonly at: string; readonly by: string; readonly reason: string } | null;
}
