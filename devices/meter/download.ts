import {
  blockCount,
  type DownloadResult,
  type DownloadStart,
  type DownloadState,
} from '../protocol/c12-19/project/download.ts';
import { clockUtcSeconds } from './clock.ts';
import type { Meters } from './columns.ts';
import type { Download } from './download-columns.ts';
import { STATUS } from './end-device-columns.ts';
import { clearStatus, restart } from './end-device.ts';
import { EVENT } from './events.ts';
import { logEvent } from './logs.ts';

/**
 * Download of an image by the project's profile, in blocks, in any order and as often as anybody
 * likes. What has arrived stays through outages and starts, so that a download goes on at the first
 * block that is missing.
 */

/** The image of a row; null while there is none. */
export function downloadOf(meters: Meters, row: number): Download | null {
  return meters.downloads?.rows[row] ?? null;
}

export function downloadResult(meters: Meters, row: number): DownloadResult {
  return meters.downloads?.results[row] ?? 'none';
}

export function downloadState(download: Download | null): DownloadState {
  if (download === null) return 'idle';
  if (download.phase !== 'receiving') return download.phase;
  return isComplete(download) ? 'received' : 'receiving';
}

/** The first block that is missing; the number of blocks when none is. */
export function firstMissingBlock({ received }: Download): number {
  const missing = received.indexOf(0);
  return missing === -1 ? received.length : missing;
}

export function isComplete(download: Download): boolean {
  return firstMissingBlock(download) === download.received.length;
}

/** Whether such a block belongs to the image: the last one is what is left. */
export function blockFits(
  { announced, received }: Download,
  block: number,
  length: number,
): boolean {
  if (block >= received.length) return false;
  const from = block * announced.blockSize;
  return length === Math.min(announced.blockSize, announced.totalLength - from);
}

/** Whether an announcement means the image that is under way: then it only asks where to go on. */
export function isUnderWay(download: Download, other: DownloadStart): boolean {
  const { kind, version, totalLength, blockSize, sha256 } = download.announced;
  return (
    (download.phase === 'receiving' || download.phase === 'verified') &&
    kind === other.kind &&
    version === other.version &&
    totalLength === other.totalLength &&
    blockSize === other.blockSize &&
    sha256 === other.sha256
  );
}

/** Version and revision as ST1 holds them, of a text such as "2.7"; null when it is none. */
export function firmwareVersionOf(text: string): { version: number; revision: number } | null {
  const parts = /^(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (parts === null) return null;
  const [version, revision] = [Number(parts[1]), Number(parts[2])];
  return version > 0xff || revision > 0xff ? null : { version, revision };
}

/** The first version that stands in an identification, as DLMS/COSEM has it: "METER-2.7.bin". */
function firmwareVersionIn(identification: string) {
  return firmwareVersionOf(/\d{1,3}\.\d{1,3}/.exec(identification)?.[0] ?? '');
}

/** A new image; one that is under way goes on when it is the same. */
export function onAnnounceImage(meters: Meters, row: number, announced: DownloadStart): void {
  const group = meters.downloads;
  const present = downloadOf(meters, row);
  if (group === null) return;
  group.results[row] = 'none';
  if (present !== null && isUnderWay(present, announced)) return;
  group.rows[row] = {
    announced,
    bytes: new Uint8Array(announced.totalLength),
    received: new Uint8Array(blockCount(announced)),
    phase: 'receiving',
  };
}

/** A block that fits. One that is there already is not written again. */
export function onTakeBlock(meters: Meters, row: number, block: number, bytes: Uint8Array): void {
  const download = downloadOf(meters, row);
  if (download?.phase !== 'receiving' || download.received[block] !== 0) return;
  download.bytes.set(bytes, block * download.announced.blockSize);
  download.received[block] = 1;
}

/** The verdict of whoever can reckon a digest; an image that is not complete gets none. */
export function onJudgeImage(meters: Meters, row: number, isGood: boolean): void {
  const { downloads } = meters;
  const download = downloadOf(meters, row);
  if (downloads === null || download?.phase !== 'receiving') return;
  if (!isComplete(download)) {
    downloads.results[row] = 'incomplete';
    return;
  }
  download.phase = isGood ? 'verified' : 'failed';
  downloads.results[row] = isGood ? 'done' : 'wrong-hash';
}

export function onCancelDownload(meters: Meters, row: number): void {
  if (meters.downloads === null || downloadOf(meters, row) === null) return;
  meters.downloads.rows[row] = null;
  meters.downloads.results[row] = 'cancelled';
}

/** Mains are gone while blocks were arriving. */
export function interruptDownload(meters: Meters, row: number): void {
  if (meters.downloads === null || downloadOf(meters, row)?.phase !== 'receiving') return;
  meters.downloads.results[row] = 'interrupted';
}

/** Takes a verified image over. Registers and clock go on; only a firmware makes the meter start. */
export function onActivateImage(meters: Meters, row: number, nowNs: number): void {
  const { endDevice, downloads } = meters;
  const download = downloadOf(meters, row);
  if (endDevice === null || downloads === null || download?.phase !== 'verified') return;
  download.phase = 'activated';
  downloads.results[row] = 'done';
  const stamp = clockUtcSeconds(meters, row, nowNs);
  switch (download.announced.kind) {
    case 'program':
      clearStatus(meters, row, STATUS.unprogrammed);
      return logEvent(meters, row, EVENT.programmed, stamp);
    case 'firmware': {
      const { version } = download.announced;
      const shown = firmwareVersionOf(version) ?? firmwareVersionIn(version);
      downloads.active[row] = version;
      endDevice.firmwareVersion[row] = shown?.version ?? 0;
      endDevice.firmwareRevision[row] = shown?.revision ?? 0;
      logEvent(meters, row, EVENT.reprogrammed, stamp);
      return restart(meters, row, nowNs);
    }
  }
}
