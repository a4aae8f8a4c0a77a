import { NS_PER_MS, NS_PER_S } from '../../devices/domain/time.ts';
import type { CarrierModel } from '../port/fleet.ts';

/** No network between modules and servers: for questions that are not about one. */
const IDEAL: CarrierModel = {
  name: 'ideal',
  attachNs: { least: 0, most: 0 },
  latencyNs: { least: 0, most: 0 },
  lossPpm: 0,
  duplicatePpm: 0,
  metersPerCell: 0,
  cellMessagesPerSecond: 0,
  origin: 'nothing is assumed: no network in between',
};

/**
 * Good coverage in a town. A mean of 475 ms keeps to delay class 1 of 3GPP TS 22.060 (mean below
 * 0.5 s, 128 octets); nothing is lost, as acknowledged RLC repeats on the radio.
 */
const GPRS_URBAN: CarrierModel = {
  name: 'gprs-urban',
  attachNs: { least: 4 * NS_PER_S, most: 20 * NS_PER_S },
  latencyNs: { least: 150 * NS_PER_MS, most: 800 * NS_PER_MS },
  lossPpm: 0,
  duplicatePpm: 0,
  metersPerCell: 250,
  cellMessagesPerSecond: 40,
  origin: 'latency: 3GPP TS 22.060 delay class 1; attach, cell and loss: assumed',
};

/** The edge of a cell: datagrams are lost between retransmission limits, and come twice. */
const GPRS_WEAK: CarrierModel = {
  name: 'gprs-weak',
  attachNs: { least: 10 * NS_PER_S, most: 60 * NS_PER_S },
  latencyNs: { least: 300 * NS_PER_MS, most: 3 * NS_PER_S },
  lossPpm: 20_000,
  duplicatePpm: 5_000,
  metersPerCell: 250,
  cellMessagesPerSecond: 10,
  origin: 'assumed',
};

/** Delivers every datagram twice, so that who is told twice can be seen. */
const TWICE: CarrierModel = {
  ...GPRS_URBAN,
  name: 'twice',
  duplicatePpm: 1_000_000,
  metersPerCell: 0,
  cellMessagesPerSecond: 0,
  origin: 'made up: everything comes twice',
};

/** Nothing but a cell that is narrow: what is said at one instant arrives one by one. */
const NARROW_CELL: CarrierModel = {
  ...IDEAL,
  name: 'narrow-cell',
  metersPerCell: 250,
  cellMessagesPerSecond: 100,
  origin: 'made up: a cell that carries so much and delays nothing besides',
};

/** The carriers that a scenario can name. */
export const CARRIERS: readonly CarrierModel[] = [IDEAL, GPRS_URBAN, GPRS_WEAK, TWICE, NARROW_CELL];
