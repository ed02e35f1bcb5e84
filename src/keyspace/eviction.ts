// Eviction: which key goes when maxmemory is reached, under the eight policies of Redis.
//
// LRU and LFU: a few keys of each database are drawn, and the best of them kept in a pool of 16 over the
// rounds, so that the pool's best is better than any one draw. The pool names a candidate by shard,
// database and hash: no key is copied, and one that is gone, or that another key of equal hash has
// replaced, costs nothing or one wrong choice in 2^32.
//
//   pool   | worst | ... | best |     ascending by score; score: larger goes first
//
// Random policies take a key of one database after the other. Volatile policies draw from the expiry index
// and so touch keys with an expiry only.
// Where this departs from Redis: volatile-ttl takes the very next key to expire rather than the best of a
// draw, since the expiry index knows it; and blocks of flushed databases and removed collections that are still to
// be freed are freed before any key is sacrificed.

import type { Rng } from "../lib/rng.ts";
import type { Ref } from "../store/arena.ts";
import type { Dict } from "../store/dict.ts";
import type { ExpiryIndex } from "../store/expiry-index.ts";
import type { AccessClock } from "./access-clock.ts";
import type { Databases } from "./databases.ts";

const POOL_SIZE = 16;
/** Keys evicted between two questions whether to stop, as in Redis. */
const EVICTIONS_PER_LOOK = 16;
const FREES_PER_STEP = 64;
const ROUNDS_MAX = 32;

/** The directives that rule eviction, under the names of the configuration. */
export type EvictionRules = { readonly maxmemoryPolicy: string; readonly maxmemorySamples: number };

export class Evictor {
  /** Keys evicted since the start or since the owner last set it. */
  evictedKeys = 0;

  private readonly shards: readonly Databases[];
  private readonly access: AccessClock;
  private readonly drawU32: () => number;
  private readonly rng: Rng;
  private nextPlace = 0; // of the random policies
  private nextShard = 0; // of the others

  private poolCount = 0;
  private poolPolicy = "";
  private readonly poolScores = new Float64Array(POOL_SIZE);
  private readonly poolPlaces = new Int32Array(POOL_SIZE);
  private readonly poolHashes = new Int32Array(POOL_SIZE);

  private sampledPlace = 0;
  private readonly considerSample = (ref: Ref): void => this.consider(this.sampledPlace, ref);

  /** `databases`: those of all shards of this thread. */
  constructor(databases: readonly Databases[], access: AccessClock, rng: Rng) {
    this.shards = databases;
    this.access = access;
    this.rng = rng;
    this.drawU32 = () => rng.u32();
  }

  /**
   * Evicts keys until `usedBytes()` is at most `limitBytes`. False when that cannot be reached because the
   * policy leaves no key to evict. `shouldStop`, asked after every few keys (`perLook`), may end the work early:
   * then true, as Redis lets a command pass while eviction is still under way.
   */
  evictUntil(
    limitBytes: number,
    rules: EvictionRules,
    usedBytes: () => number,
    shouldStop: () => boolean = never,
    perLook: number = EVICTIONS_PER_LOOK,
  ): boolean {
    for (let evicted = 1; usedBytes() > limitBytes; evicted++) {
      if (!this.freeDoomed() && !this.evictOne(rules)) return false;
      if (evicted % perLook === 0 && shouldStop()) return true;
    }
    return true;
  }

  private freeDoomed(): boolean {
    for (const shard of this.shards) {
      if (shard.pendingFrees > 0) return shard.freeSome(FREES_PER_STEP);
    }
    return false;
  }

  private evictOne({ maxmemoryPolicy: policy, maxmemorySamples: samples }: EvictionRules): boolean {
    const isVolatile = policy.startsWith("volatile-");
    switch (policy) {
      case "allkeys-lru":
      case "volatile-lru":
      case "allkeys-lfu":
      case "volatile-lfu":
        // Scores of different policies do not compare.
        if (policy !== this.poolPolicy) this.poolCount = 0;
        this.poolPolicy = policy;
        return this.evictBest(isVolatile, samples);
      case "allkeys-random":
      case "volatile-random":
        return this.evictRandom(isVolatile);
      case "volatile-ttl":
        return this.evictSoonest();
      default:
        return false;
    }
  }

  private evictBest(isVolatile: boolean, samples: number): boolean {
    for (let round = 0; round < ROUNDS_MAX; round++) {
      if (!this.fillPool(isVolatile, samples)) return false;
      while (this.poolCount > 0) {
        const best = --this.poolCount;
        const place = this.poolPlaces[best] as number;
        const ref = this.dictOf(place).findByHash(this.poolHashes[best] as number);
        if (ref === 0 || (isVolatile && !this.ownerOf(place).isVolatile(ref))) continue;
        this.evict(place, ref);
        return true;
      }
    }
    // Draws in vain happen in a sparse dict, or when the only key left shares its hash with another.
    return this.evictRandom(isVolatile);
  }

  // Draws from every database of the next shard that has a key to draw; false when none has. One shard a
  // round keeps the cost of an eviction the same with any number of shards.
  private fillPool(isVolatile: boolean, samples: number): boolean {
    for (let tries = 0; tries < this.shards.length; tries++) {
      this.nextShard = (this.nextShard + 1) % this.shards.length;
      if (this.drawFromShard(this.nextShard, isVolatile, samples)) return true;
    }
    return false;
  }

  private drawFromShard(shard: number, isVolatile: boolean, samples: number): boolean {
    let hasKeys = false;
    for (let db = 0; db < this.databasesPerShard; db++) {
      const place = shard * this.databasesPerShard + db;
      const index = this.expiriesOf(place);
      const size = isVolatile ? index.size : this.dictOf(place).size;
      if (size === 0) continue;
      hasKeys = true;
      if (isVolatile) {
        const count = Math.min(samples, size);
        for (let i = 0; i < count; i++) this.consider(place, index.refAt(this.rng.below(size)));
      } else {
        this.sampledPlace = place;
        this.dictOf(place).sample(Math.min(samples, size), this.drawU32, this.considerSample);
      }
    }
    return hasKeys;
  }

  // Puts a drawn key into the pool if there is room, or if it is better than the pool's worst.
  private consider(place: number, ref: Ref): void {
    const score = this.access.evictionScore(this.ownerOf(place).accessWordOf(ref));
    if (this.poolCount === POOL_SIZE && score <= (this.poolScores[0] as number)) return;
    const hash = this.dictOf(place).hashOfEntry(ref) | 0;
    for (let i = 0; i < this.poolCount; i++) {
      if (this.poolHashes[i] === hash && this.poolPlaces[i] === place) this.removeFromPool(i--);
    }
    if (this.poolCount === POOL_SIZE) this.removeFromPool(0);
    let at = this.poolCount++;
    for (; at > 0 && (this.poolScores[at - 1] as number) > score; at--) this.copyInPool(at - 1, at);
    this.poolScores[at] = score;
    this.poolPlaces[at] = place;
    this.poolHashes[at] = hash;
  }

  private removeFromPool(index: number): void {
    for (let i = index; i < this.poolCount - 1; i++) this.copyInPool(i + 1, i);
    this.poolCount--;
  }

  private copyInPool(from: number, to: number): void {
    this.poolScores[to] = this.poolScores[from] as number;
    this.poolPlaces[to] = this.poolPlaces[from] as number;
    this.poolHashes[to] = this.poolHashes[from] as number;
  }

  private evictRandom(isVolatile: boolean): boolean {
    for (let tries = 0; tries < this.placeCount; tries++) {
      this.nextPlace = (this.nextPlace + 1) % this.placeCount;
      const place = this.nextPlace;
      const index = this.expiriesOf(place);
      const dict = this.dictOf(place);
      if ((isVolatile ? index.size : dict.size) === 0) continue;
      this.evict(place, isVolatile ? index.refAt(this.rng.below(index.size)) : dict.random(this.drawU32));
      return true;
    }
    return false;
  }

  private evictSoonest(): boolean {
    let soonest = -1;
    let soonestMs = Number.POSITIVE_INFINITY;
    for (let place = 0; place < this.placeCount; place++) {
      const { nextMs } = this.expiriesOf(place);
      if (nextMs >= soonestMs) continue;
      soonest = place;
      soonestMs = nextMs;
    }
    if (soonest < 0) return false;
    this.evict(soonest, this.expiriesOf(soonest).nextRef);
    return true;
  }

  private evict(place: number, ref: Ref): void {
    this.ownerOf(place).evict(place % this.databasesPerShard, ref);
    this.evictedKeys++;
  }

  // A place is a database of a shard, counted through all shards.
  private get placeCount(): number {
    return this.shards.length * this.databasesPerShard;
  }

  private get databasesPerShard(): number {
    return this.shards[0]?.dicts.length ?? 0;
  }

  private ownerOf(place: number): Databases {
    return this.shards[Math.floor(place / this.databasesPerShard)] as Databases;
  }

  private dictOf(place: number): Dict {
    return this.ownerOf(place).dicts[place % this.databasesPerShard] as Dict;
  }

  private expiriesOf(place: number): ExpiryIndex {
    return this.ownerOf(place).expiries[place % this.databasesPerShard] as ExpiryIndex;
  }
}

function never(): boolean {
  return false;
}
