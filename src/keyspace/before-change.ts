// Before change: who is told of each change of the data just before it happens, while a snapshot is taken.
//
// Role: keyspace calls, persistence implements. With nobody to tell, a write pays one comparison for it.
// Contract: no call changes the keyspace. A call about a key comes before anything of the key, its value or its times
// is changed, and may come more than once, or for a change that then does not happen.

import type { Dict } from "../store/dict.ts";
import type { Databases } from "./databases.ts";

export interface BeforeChange {
  /** Keys with this hash are about to change, appear or vanish. */
  changing(owner: Databases, db: number, hash: number): void;
  /** A database is about to be emptied; what `needs` its dict goes on using it. */
  flushing(owner: Databases, db: number): void;
  swapping(owner: Databases, a: number, b: number): void;
  /** The entries of a dict that no database names any more must stay for now. */
  needs(dict: Dict): boolean;
}
