import { clockUtcSeconds } from './clock.ts';
import type { Meters } from './columns.ts';
import type { Announcement, Download } from './download-columns.ts';
import { STATUS } from './end-device-columns.ts';
import { clearStatus, restart } from './end-device.ts';
import { EVENT } from './events.ts';
import { logEvent } from './logs.ts';

/**
 * Download of an image in blocks, in any order and as often as anybody likes. What has arrived
 * stays through outages and starts, so that a download goes on at the first block that is missing.
 */

/** The image of a row; null while there is none. */
export function downloadOf(meters: Meters, row: number): Download | null {
  return meters.downloads?.rows[row] ?? null;
}

/** The first block that is missing; the number of blocks when none is. */
export function firstMissingBlock({ received }: Download): number {
  const missing = received.indexOf(0);
  return missing === -1 ? received.length : missing;
}

/** Bytes that a block must have: the last one is what is left. */
export function blockLength({ announced, received }: Download, block: number): number {
  const { lengthBytes, blockBytes } = announced;
  return block === received.length - 1 ? lengthBytes - block * blockBytes : blockBytes;
}

/** Whether this is the image that is under way: starting it again only asks where to go on. */
export function isSameImage({ announced }: Download, other: Announcement): boolean {
  return (
    announced.image === other.image &&
    announced.version === other.version &&
    announced.revision === other.revision &&
    announced.lengthBytes === other.lengthBytes &&
    announced.blockBytes === other.blockBytes &&
    announced.digest.every((byte, place) => byte === other.digest[place])
  );
}

/** A new image; one that is under way goes on when it is the same. */
export function onAnnounceImage(meters: Meters, row: number, announced: Announcement): void {
  const group = meters.downloads;
  const present = downloadOf(meters, row);
  if (group === null || (present !== null && isSameImage(present, announced))) return;
  group.rows[row] = {
    announced,
    bytes: new Uint8Array(announced.lengthBytes),
    received: new Uint8Array(Math.ceil(announced.lengthBytes / announced.blockBytes)),
    verified: false,
  };
}

/** A block of the right length. A block that is there already is not written again. */
export function onTakeBlock(meters: Meters, row: number, block: number, bytes: Uint8Array): void {
  const download = downloadOf(meters, row);
  if (download === null || download.received[block] !== 0) return;
  if (bytes.length !== blockLength(download, block)) return;
  download.bytes.set(bytes, block * download.announced.blockBytes);
  download.received[block] = 1;
}

/** Length and digest were checked by whoever can reckon one. A bad image is received anew. */
export function onJudgeImage(meters: Meters, row: number, isGood: boolean): void {
  const download = downloadOf(meters, row);
  if (download === null || firstMissingBlock(download) < download.received.length) return;
  download.verified = isGood;
  if (!isGood) download.received.fill(0);
}

export function onCancelDownload(meters: Meters, row: number): void {
  if (meters.downloads !== null) meters.downloads.rows[row] = null;
}

/** Takes a verified image over. Registers and clock go on; only a firmware makes the meter start. */
export function onActivateImage(meters: Meters, row: number, nowNs: number): void {
  const { endDevice } = meters;
  const download = downloadOf(meters, row);
  if (endDevice === null || download?.verified !== true) return;
  const { image, version, revision } = download.announced;
  const stamp = clockUtcSeconds(meters, row, nowNs);
  switch (image) {
    case 'program':
      endDevice.programVersion[row] = version;
      endDevice.programRevision[row] = revision;
      clearStatus(meters, row, STATUS.unprogrammed);
      logEvent(meters, row, EVENT.programmed, stamp);
      break;
    case 'firmware':
      endDevice.firmwareVersion[row] = version;
      endDevice.firmwareRevision[row] = revision;
      logEvent(meters, row, EVENT.reprogrammed, stamp);
      restart(meters, row, nowNs);
      break;
  }
  onCancelDownload(meters, row);
}
