// Expire cycle: deletes keys whose time has come although nobody asks for them.
//
// Role: called by a driver that owns the clock, in turns of bounded time. Because each database knows its
// next expiry (store/expiry-index.ts), the cost is that of the keys deleted: nothing is sampled or looked
// at in vain, and after a cycle that was not cut short no expired key is left.
// Where this departs from Redis: Redis samples keys and accepts a share of stale ones; we leave none unless
// the budget ends.

import type { Databases } from "./databases.ts";

/** Keys deleted between two looks at the clock, and from one database before the next has its turn. */
const BATCH = 16;

/** How long a cycle may take: until `monotonicUs()` reaches `untilUs`. */
export type ExpireBudget = { monotonicUs(): number; readonly untilUs: number };

/**
 * Deletes due keys of all databases of all `shards`, in turns, then due fields of hashes, until none is due (false) or
 * the budget is used up (true: more is due). `nowMs` of each shard says what is due. One batch of keys is always done.
 */
export function runExpireCycle(shards: readonly Databases[], budget: ExpireBudget): boolean {
  return expireKeys(shards, budget) || expireFields(shards, budget);
}

// Fields wait while keys take all of the budget: whenever the time is set some go anyway (Databases.setTime).
function expireFields(shards: readonly Databases[], budget: ExpireBudget): boolean {
  for (;;) {
    let isAnyDue = false;
    for (const owner of shards) {
      if (owner.hasDueFields || owner.fieldExpiries.fromMs <= owner.nowMs) {
        isAnyDue = owner.expireFields(BATCH) || isAnyDue;
      }
    }
    if (!isAnyDue || budget.monotonicUs() >= budget.untilUs) return isAnyDue;
  }
}

function expireKeys(shards: readonly Databases[], budget: ExpireBudget): boolean {
  for (;;) {
    let isOverBudget = false;
    let isAnyDue = false;
    // Each round begins with the key that has waited longest, so that a budget that always ends early
    // still lets no database starve.
    const first = longestDue(shards);
    if (first < 0) return false;
    const count = placeCount(shards);
    for (let step = 0; step < count && !isOverBudget; step++) {
      const place = (first + step) % count;
      const owner = ownerOf(shards, place);
      const db = dbOf(shards, place);
      if (!isDue(owner, db)) continue;
      owner.expireSome(db, BATCH);
      isAnyDue = isAnyDue || isDue(owner, db);
      isOverBudget = budget.monotonicUs() >= budget.untilUs;
    }
    if (isOverBudget) return longestDue(shards) >= 0;
    if (!isAnyDue) return false;
  }
}

// A place is a database of a shard, counted through all shards; all have as many databases.
function placeCount(shards: readonly Databases[]): number {
  return shards.length * (shards[0]?.expiries.length ?? 0);
}

function ownerOf(shards: readonly Databases[], place: number): Databases {
  const owner = shards[0] as Databases;
  return shards[Math.floor(place / owner.expiries.length)] as Databases;
}

function dbOf(shards: readonly Databases[], place: number): number {
  return place % (shards[0] as Databases).expiries.length;
}

function isDue(owner: Databases, db: number): boolean {
  return (owner.expiries[db]?.nextMs ?? Number.POSITIVE_INFINITY) <= owner.nowMs;
}

// The place with the earliest expiry of those that are due, or -1.
function longestDue(shards: readonly Databases[]): number {
  let longest = -1;
  let earliestMs = Number.POSITIVE_INFINITY;
  let place = 0;
  for (const { expiries, nowMs } of shards) {
    for (const index of expiries) {
      if (index.nextMs <= nowMs && index.nextMs < earliestMs) {
        longest = place;
        earliestMs = index.nextMs;
      }
      place++;
    }
  }
  return longest;
}
