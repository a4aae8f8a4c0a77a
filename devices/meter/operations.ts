import type { DownloadStart } from '../protocol/c12-19/project/download.ts';
import type { ConditionName } from '../domain/condition.ts';
import { clockUtcSeconds } from './clock.ts';
import type { Meters } from './columns.ts';
import { onCondition } from './conditions.ts';
import {
  onActivateTables,
  onClearPendingTables,
  onHoldTable,
  onWriteTable,
} from './configuration.ts';
import { type CosemOperation, operateCosem } from './cosem.ts';
import {
  onActivateImage,
  onAnnounceImage,
  onCancelDownload,
  onJudgeImage,
  onTakeBlock,
} from './download.ts';
import type { ModeName } from './end-device-columns.ts';
import { onChangeMode, onClearStatus, onSelfTest, restart } from './end-device.ts';
import { type ListName, onAcknowledgeList, onResetLists } from './lists.ts';
import { logEvent, onRecordLoadProfile } from './logs.ts';
import { onRemoteReset, type RemoteReset } from './registers.ts';
import { onClearData, onColdStart } from './starts.ts';

/** What readers ask for: by procedures and writes of C12.19, or by services of DLMS/COSEM. */
export type Operation =
  | ({ readonly kind: 'remote-reset' } & RemoteReset)
  | { readonly kind: 'change-mode'; readonly mode: ModeName }
  | { readonly kind: 'cold-start' | 'warm-start' | 'clear-data' | 'self-test' }
  | { readonly kind: 'clear-status'; readonly flags: 'standard' | 'manufacturer' }
  | { readonly kind: 'reset-lists'; readonly lists: readonly ListName[] }
  | { readonly kind: 'acknowledge-list'; readonly list: ListName; readonly entries: number }
  | { readonly kind: 'record-load-profile'; readonly on: boolean }
  /** Bytes that make the table that they are for. */
  | { readonly kind: 'write-table'; readonly table: number; readonly bytes: Uint8Array }
  | {
      readonly kind: 'hold-table';
      readonly table: number;
      readonly bytes: Uint8Array;
      /** UTC seconds of the meter's clock; null until a procedure activates it. */
      readonly atSeconds: number | null;
    }
  | {
      readonly kind: 'activate-tables' | 'clear-pending-tables';
      readonly tables: readonly number[];
    }
  | { readonly kind: 'announce-image'; readonly announced: DownloadStart }
  | { readonly kind: 'take-block'; readonly block: number; readonly bytes: Uint8Array }
  | { readonly kind: 'judge-image'; readonly isGood: boolean }
  | { readonly kind: 'activate-image' | 'cancel-download' }
  /** Something that the meter notices and nothing else of the model brings about. */
  | { readonly kind: 'raise-event'; readonly eventCode: number }
  /** Something at the meter or its socket comes or goes. */
  | { readonly kind: 'condition'; readonly condition: ConditionName; readonly present: boolean }
  | CosemOperation;

/** Does one operation on one meter. Whether it may be done was asked before: see the procedures. */
export function operate(meters: Meters, row: number, nowNs: number, operation: Operation): void {
  switch (operation.kind) {
    case 'remote-reset':
      return onRemoteReset(meters, row, nowNs, operation);
    case 'change-mode':
      return onChangeMode(meters, row, nowNs, operation.mode);
    case 'cold-start':
      return onColdStart(meters, row, nowNs);
    case 'warm-start':
      return restart(meters, row, nowNs);
    case 'clear-data':
      return onClearData(meters, row, nowNs);
    case 'self-test':
      return onSelfTest(meters, row, nowNs);
    case 'clear-status':
      return onClearStatus(meters, row, operation.flags);
    case 'reset-lists':
      return onResetLists(meters, row, nowNs, operation.lists);
    case 'acknowledge-list':
      return onAcknowledgeList(meters, row, operation.list, operation.entries);
    case 'record-load-profile':
      return onRecordLoadProfile(meters, row, nowNs, operation.on);
    case 'write-table':
      return onWriteTable(meters, row, nowNs, operation.table, operation.bytes);
    case 'hold-table':
      return onHoldTable(meters, row, nowNs, operation.table, operation.bytes, operation.atSeconds);
    case 'activate-tables':
      return onActivateTables(meters, row, nowNs, operation.tables);
    case 'clear-pending-tables':
      return onClearPendingTables(meters, row, nowNs, operation.tables);
    case 'announce-image':
      return onAnnounceImage(meters, row, operation.announced);
    case 'take-block':
      return onTakeBlock(meters, row, operation.block, operation.bytes);
    case 'judge-image':
      return onJudgeImage(meters, row, operation.isGood);
    case 'activate-image':
      return onActivateImage(meters, row, nowNs);
    case 'cancel-download':
      return onCancelDownload(meters, row);
    case 'raise-event':
      return logEvent(meters, row, operation.eventCode, clockUtcSeconds(meters, row, nowNs));
    case 'condition':
      return onCondition(meters, row, nowNs, operation.condition, operation.present);
    case 'override-object':
    case 'switch-load':
    case 'note-event':
    case 'reset-event-log':
    case 'raise-alarm':
    case 'clear-alarm':
    case 'change-keys':
    case 'begin-image-step':
      return operateCosem(meters, row, nowNs, operation);
  }
}
