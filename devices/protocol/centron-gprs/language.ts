/**
 * What a network language does for the two ends of a module's link: the profile's messages as
 * values in, bytes of one datagram out, and back. There is one implementation a language and end;
 * who speaks decides nothing of what is said.
 */
import type { TransactionKind } from '../../domain/northbound.ts';
import type { CodecError } from '../bytes/codec-error.ts';
import type { ApTitle } from '../c12-22/ap-title.ts';
import type { C1222Response, MemberRequest } from '../psem/network-service.ts';
import type {
  Transaction,
  TransactionAnswer,
  Uplink,
  UPLINK_ADDRESSEE,
  UplinkAnswer,
  UplinkKind,
} from './messages.ts';

/** Who a module speaks with. */
export type Host = (typeof UPLINK_ADDRESSEE)[UplinkKind];

/** What numbers a message: its invocation, which an answer names, and the counter of its key. */
export interface Numbers {
  readonly number: number;
  /** IV or invocation counter: never the same twice under one key. */
  readonly counter: number;
}

/** A module and whom it knows. Titles are the profile's names of both, in every language. */
export interface ModuleEnds {
  /** Which meter of the fleet it is. */
  readonly index: number;
  readonly title: ApTitle;
  /** Serial number on its nameplate. */
  readonly serial: string;
  hostTitle(host: Host): ApTitle;
}

/** An uplink that is ready to go, and what its payload weighs before and after compression. RD-08 */
export interface SealedUplink {
  readonly bytes: Uint8Array;
  readonly saidBytes: number;
  readonly sentBytes: number;
}

/** Whether so many bytes are sent compressed; how many they become is worked out only when asked. */
export type Worthwhile = (dataBytes: number, compressedBytes: () => number) => boolean;

/** Why a module does not believe what it was sent. */
export type LinkRefusal = 'bad mac' | 'clear' | 'unknown' | 'malformed';

export interface AskedTransaction {
  readonly transaction: Transaction;
  /** The 20 bytes of the device's PIN; null when there was none. */
  readonly pin: Uint8Array | null;
}

/** What a module was sent and believes, its replay window apart. */
export type HeardByModule = { readonly from: Host; readonly counter: number } & (
  | {
      readonly kind: 'answer';
      /** Number of the uplink that it answers. */
      readonly answers: number;
      /** @throws CodecError when it is no answer to such an uplink */
      read(kind: UplinkKind): UplinkAnswer;
    }
  | {
      readonly kind: 'request';
      /** @throws CodecError when it is no transaction; give it to `sealRefusal` */
      read(): AskedTransaction;
      wantsAnswer(refused: boolean): boolean;
      seal(
        kind: TransactionKind,
        answer: TransactionAnswer,
        hadPin: boolean,
        numbers: Numbers,
      ): Uint8Array;
      sealRefusal(error: CodecError, numbers: Numbers): Uint8Array;
    }
);

/** A language as a module speaks it. */
export interface ModuleLanguage {
  /** Numbers of messages stay below this; those that follow begin at zero again. */
  readonly numbersBelow: number;
  /** @throws CodecError when a value does not fit its field */
  sealUplink(
    ends: ModuleEnds,
    uplink: Uplink,
    numbers: Numbers,
    worthwhile: Worthwhile | null,
  ): SealedUplink;
  open(ends: ModuleEnds, bytes: Uint8Array): HeardByModule | LinkRefusal;
  /** That a module leaves the network; null in a language that has no such word. */
  sealDeparture(ends: ModuleEnds, numbers: Numbers): Uint8Array | null;
}

/** A meter as a host has it on its list. */
export interface LinkedMeter {
  readonly title: ApTitle;
  readonly entry: { readonly index: number; readonly serial: string };
}

/** The meters on a host's list, by whichever name a language calls them. */
export interface KnownMeters<M extends LinkedMeter> {
  byTitle(title: ApTitle): M | undefined;
  bySerial(serial: string): M | undefined;
}

export interface ReadUplink {
  readonly uplink: Uplink;
  readonly saidBytes: number;
  readonly sentBytes: number;
}

/** What a host was sent by a meter that it knows, authentic, its replay window apart. */
export type HeardByHost<M extends LinkedMeter> = {
  readonly meter: M;
  readonly counter: number;
} & (
  | {
      readonly kind: 'answer';
      /** Number of the request that it answers. */
      readonly answers: number;
      /** @throws CodecError when it is no answer to such a transaction with a PIN */
      read(kind: TransactionKind): TransactionAnswer;
    }
  | {
      readonly kind: 'uplink';
      /** @throws CodecError when it is no uplink; give it to `sealRefusal` */
      read(): ReadUplink;
      wantsAnswer(refused: boolean): boolean;
      seal(kind: UplinkKind, answer: UplinkAnswer, counter: number): Uint8Array;
      sealRefusal(error: CodecError, counter: number): Uint8Array;
    }
  /** Services of the network itself, which only C12.22 has. */
  | {
      readonly kind: 'network';
      readonly requests: readonly MemberRequest[];
      wantsAnswer(refused: boolean): boolean;
      seal(responses: readonly C1222Response[], counter: number): Uint8Array;
    }
);

/** Why a host does not take what it was sent. */
export type HostRefusal = 'badMac' | 'unknownMeter' | 'malformed';

/** A language as a host speaks it under its own title. */
export interface HostLanguage {
  /** Numbers of messages stay below this; those that follow begin at zero again. */
  readonly numbersBelow: number;
  open<M extends LinkedMeter>(
    bytes: Uint8Array,
    meters: KnownMeters<M>,
  ): HeardByHost<M> | HostRefusal;
  /** @throws CodecError when a value of the transaction does not fit */
  check(transaction: Transaction): void;
  sealRequest(
    meter: LinkedMeter,
    transaction: Transaction,
    pin: Uint8Array,
    numbers: Numbers,
  ): Uint8Array;
}

/** Ciphers and key ids of meters, by their index; keys themselves are never seen here. */
export interface KeyedBy<C> {
  cipherOf(index: number): C;
  keyIdOf(index: number): number;
}
