import type { ConditionName } from '../../devices/domain/condition.ts';
import type { MessageKind } from '../../devices/domain/message.ts';
import type { PayloadCount } from '../../devices/domain/payload.ts';
import type { TransactionKind } from '../../devices/domain/northbound.ts';
import type { Forgery } from '../port/action.ts';
import type { FleetHealth, Selection } from '../port/fleet.ts';

/** A server that a module speaks to. */
export type Host = 'head-end' | 'configuration-server';

/** What is done to some meters of a fleet, as plain data: it crosses threads. */
export type ShardCommand =
  | { readonly kind: 'mains'; readonly energised: boolean; readonly selection: Selection }
  /** Power comes or goes at one meter after the other, over so long. */
  | {
      readonly kind: 'mains-wave';
      readonly energised: boolean;
      readonly selection: Selection;
      readonly overNs: number;
    }
  /** Power goes now and comes back by the shard's own clock. */
  | { readonly kind: 'interrupt'; readonly selection: Selection; readonly forNs: number }
  /** Cuts or joins the way between the meters and a server. */
  | {
      readonly kind: 'link';
      readonly selection: Selection;
      readonly to: Host | 'both';
      readonly up: boolean;
    }
  /** Keeps answers to a transaction on the way until an instant of the run. */
  | {
      readonly kind: 'hold-answer';
      readonly selection: Selection;
      readonly transaction: TransactionKind;
      readonly untilNs: number;
    }
  /** The ICC-ID that the modules tell has a wrong check digit from now on. */
  | { readonly kind: 'spoil-identity'; readonly selection: Selection }
  /** Something at the meters or their sockets comes or goes. */
  | {
      readonly kind: 'condition';
      readonly selection: Selection;
      readonly condition: ConditionName;
      readonly present: boolean;
    }
  /** Something in the name of each meter that it did not say. */
  | { readonly kind: 'forge'; readonly selection: Selection; readonly change: Forgery }
  /** Each meter notices one event of each code. */
  | {
      readonly kind: 'raise-event';
      readonly selection: Selection;
      readonly firstCode: number;
      readonly lastCode: number;
    }
  /** What the tap counts begins anew: transactions and pushes. */
  | { readonly kind: 'reset-witness'; readonly selection: Selection };

/**
 * Hears every message that a meter says, at the meter: when it was said, when it was due, and its
 * numbers in the order of MESSAGE_LAYOUT. Instants are ns of the run's clock.
 */
export type MessageListener = (
  index: number,
  atNs: number,
  intendedAtNs: number,
  kind: MessageKind,
  first: number,
  second: number,
) => void;

/** What is known of one meter at the meter: the fields of SNAPSHOT_FIELDS.meter. */
export type MeterFields = Readonly<Record<string, string | number | boolean>>;

/** Transactions that are on their way to meters or whose answers are on their way back. */
export interface InFlightGauge {
  current(): number;
  /** The most at one instant since the last reset. */
  maximum(): number;
  reset(): void;
}

/** The meters' side of a run: in this thread and simulated time, or in worker threads. */
export interface Fleet {
  /** Brings the meters to life; before it nothing is sent. */
  start(): Promise<void>;
  /** Resolves when every shard has done it. */
  command(command: ShardCommand): Promise<void>;
  /** What the meters hold and saw, in the order of `indexesOf(selection)`. */
  snapshot(selection: Selection): Promise<readonly MeterFields[]>;
  /** What the messages of all meters weighed, by kind. RD-08 */
  payloads(): Promise<readonly PayloadCount[]>;
  /** @returns stops it */
  onMessages(listener: MessageListener): () => void;
  readonly inFlight: InFlightGauge;
  health(): Promise<FleetHealth>;
  stop(): Promise<void>;
}
