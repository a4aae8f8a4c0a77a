import type { Chronicle } from './chronicle.ts';
import type { MasterList } from './master-list.ts';
import type { HeadEndRules } from './rules/index.ts';
import type { HeadEndStore } from './store.ts';
import type { Transactions } from './transactions.ts';

/** What every part of a head-end works with. */
export interface Shared {
  readonly store: HeadEndStore;
  readonly rules: HeadEndRules;
  readonly list: MasterList;
  readonly chronicle: Chronicle;
  readonly transactions: Transactions;
}
