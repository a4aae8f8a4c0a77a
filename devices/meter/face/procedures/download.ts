import { toHex } from '../../../protocol/bytes/hex.ts';
import {
  blockCount,
  decodeDownloadStart,
  DOWNLOAD_PROCEDURES,
  type DownloadStart,
  encodeDownloadStartResponse,
} from '../../../protocol/c12-19/project/download.ts';
import {
  downloadOf,
  firmwareVersionOf,
  firstMissingBlock,
  isComplete,
  isUnderWay,
} from '../../download.ts';
import {
  COMPLETED,
  CONFLICT,
  INVALID,
  operation,
  type ProcedureAnswer,
  type ProcedureCall,
  RESULT,
} from './procedure.ts';

/** Longest image that is taken, assumed. */
const IMAGE_BYTES_MAXIMUM = 1 << 20;
const BLOCKS_MAXIMUM = 0xffff;

/** Procedures of the project's download profile take and give bytes. */
type DownloadProcedure = (call: ProcedureCall, parameters: Uint8Array) => ProcedureAnswer;

export const MANUFACTURER_PROCEDURES: ReadonlyMap<number, DownloadProcedure> = new Map([
  [DOWNLOAD_PROCEDURES.start, start],
  [DOWNLOAD_PROCEDURES.verify, verify],
  [DOWNLOAD_PROCEDURES.activate, activate],
  [DOWNLOAD_PROCEDURES.cancel, cancel],
]);

/** The same image goes on where it is; another one has to wait until this one is done or cancelled. */
function start(call: ProcedureCall, parameters: Uint8Array): ProcedureAnswer {
  const announced = decodeDownloadStart(parameters, call.context);
  if (!isAcceptable(announced)) return INVALID;
  const present = downloadOf(call.meters, call.row);
  const busy = present?.phase === 'receiving' || present?.phase === 'verified';
  if (busy && !isUnderWay(present, announced)) return CONFLICT;
  operation(call, { kind: 'announce-image', announced });
  const download = downloadOf(call.meters, call.row);
  const firstMissing = download === null ? 0 : firstMissingBlock(download);
  const bytes = encodeDownloadStartResponse({ firstMissingBlock: firstMissing }, call.context);
  return { result: RESULT.completed, data: { RESP_DATA: toHex(bytes) } };
}

function isAcceptable(announced: DownloadStart): boolean {
  const { kind, version, totalLength, blockSize } = announced;
  if (totalLength === 0 || totalLength > IMAGE_BYTES_MAXIMUM || blockSize === 0) return false;
  if (blockCount(announced) > BLOCKS_MAXIMUM) return false;
  return kind === 'program' || firmwareVersionOf(version) !== null;
}

/** Length and digest; an image that is not complete gets no verdict. */
function verify(call: ProcedureCall, parameters: Uint8Array): ProcedureAnswer {
  if (parameters.length > 0) return INVALID;
  const download = downloadOf(call.meters, call.row);
  if (download?.phase === 'verified') return COMPLETED;
  if (download?.phase !== 'receiving') return CONFLICT;
  const complete = isComplete(download);
  const isGood = complete && toHex(call.sha256(download.bytes)) === download.announced.sha256;
  operation(call, { kind: 'judge-image', isGood });
  if (!complete) return { result: RESULT.timing };
  return isGood ? COMPLETED : CONFLICT;
}

function activate(call: ProcedureCall, parameters: Uint8Array): ProcedureAnswer {
  if (parameters.length > 0) return INVALID;
  const download = downloadOf(call.meters, call.row);
  if (download?.phase === 'receiving') return { result: RESULT.timing };
  if (download?.phase !== 'verified') return CONFLICT;
  return operation(call, { kind: 'activate-image' });
}

function cancel(call: ProcedureCall, parameters: Uint8Array): ProcedureAnswer {
  if (parameters.length > 0) return INVALID;
  const download = downloadOf(call.meters, call.row);
  if (download === null || download.phase === 'activated') return CONFLICT;
  return operation(call, { kind: 'cancel-download' });
}
