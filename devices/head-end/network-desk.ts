/** What the head-end answers as a node of the C12.22 network: to whoever it believes. */
import type { ApTitle } from '../protocol/c12-22/ap-title.ts';
import { nativeAddressOf } from '../protocol/c12-22/native-address.ts';
import type { C1222Response, MemberRequest } from '../protocol/psem/network-service.ts';
import type { Chronicle } from './chronicle.ts';
import type { ListedMeter, MasterList } from './master-list.ts';
import type { HeardNetwork } from './southbound.ts';

/** IEEE 1703, version and revision as its own meters tell them; no features. */
const IDENTITY = { standard: 3, version: 1, revision: 0, features: new Uint8Array() } as const;

export class NetworkDesk {
  readonly #title: ApTitle;
  readonly #list: MasterList;
  readonly #chronicle: Chronicle;

  constructor(title: ApTitle, list: MasterList, chronicle: Chronicle) {
    this.#title = title;
    this.#list = list;
    this.#chronicle = chronicle;
  }

  /** The responses to services of the network, one for each. */
  answer(nowMs: number, { meter, requests }: HeardNetwork): C1222Response[] {
    return requests.map((request) => this.#perform(nowMs, meter, request));
  }

  #perform(nowMs: number, meter: ListedMeter, request: MemberRequest): C1222Response {
    switch (request.service) {
      case 'identify':
        return { answers: 'identify', identity: IDENTITY };
      case 'terminate':
      case 'disconnect':
        return { answers: request.service };
      case 'trace':
        return { answers: 'trace', titles: [...request.titles, this.#title] };
      case 'deregister': {
        // A node takes itself out of the network; it cannot take out another one.
        if (!request.title.isSameAs(meter.title)) return { refused: 'isc' };
        this.#deregister(nowMs, meter.entry.serial);
        return { answers: 'deregister' };
      }
      case 'resolve': {
        const address = this.#addressOf(request.title);
        if (address === null) return { refused: 'uat' };
        return { answers: 'resolve', nativeAddress: nativeAddressOf(address) };
      }
    }
  }

  /** The record stays, as a history; nobody is sent there until the meter registers again. */
  #deregister(nowMs: number, serial: string): void {
    const row = this.#list.row(serial);
    if (row.state === 'unknown') return;
    this.#list.save({ ...row, state: 'unknown' });
    this.#chronicle.log(nowMs, serial, 'deregistered');
    this.#chronicle.publishRecord(nowMs, serial);
  }

  #addressOf(title: ApTitle): string | null {
    const found = this.#list.byTitle(title);
    if (found === undefined) return null;
    const { state, address } = this.#list.record(found.entry.serial);
    return state === 'unknown' ? null : address;
  }
}
