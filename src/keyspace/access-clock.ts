// Access clock: the 24 bits in each entry from which OBJECT IDLETIME, OBJECT FREQ and eviction judge.
//
//   LRU policies: seconds, modulo 2^24.
//   LFU policies: 16 bits of minutes (last decay) | 8 bits of logarithmic counter, as in Redis.
//
// `seconds` is set by whoever runs commands; the random draw comes from the shard's rng.

import type { Rng } from "../lib/rng.ts";

export const LFU_INIT = 5;
const CLOCK_MASK = 0xffffff;

export class AccessClock {
  /** True under allkeys-lfu and volatile-lfu. */
  isLfu = false;
  lfuLogFactor = 10;
  lfuDecayTime = 1;
  /** Wall-clock seconds now. */
  seconds = 0;
  private readonly rng: Rng;

  constructor(rng: Rng) {
    this.rng = rng;
  }

  /** The word of an entry made now. */
  created(): number {
    return this.isLfu ? (this.minutes() << 8) | LFU_INIT : this.seconds & CLOCK_MASK;
  }

  /** The word of a value that replaces another, which is an access: a frequency outlives the value. */
  overwritten(header: number): number {
    return this.isLfu ? this.touched(header >>> 8) : this.seconds & CLOCK_MASK;
  }

  /** The word after an access to an entry whose word was `word`. */
  touched(word: number): number {
    if (!this.isLfu) return this.seconds & CLOCK_MASK;
    return (this.minutes() << 8) | this.increment(this.counter(word));
  }

  /** The LRU word of an entry last accessed so many seconds ago. */
  wordOfIdle(idleSeconds: number): number {
    return (this.seconds - idleSeconds) & CLOCK_MASK;
  }

  /** The LFU word of an entry whose counter is `counter` (0..255) now. */
  wordOfCounter(counter: number): number {
    return (this.minutes() << 8) | counter;
  }

  /** Seconds since the last access, for LRU words. */
  idleSeconds(word: number): number {
    return ((this.seconds & CLOCK_MASK) - word) & CLOCK_MASK;
  }

  /** The LFU counter after its decay up to now. */
  counter(word: number): number {
    const elapsed = (this.minutes() - (word >>> 8)) & 0xffff;
    const periods = this.lfuDecayTime > 0 ? Math.floor(elapsed / this.lfuDecayTime) : 0;
    return Math.max(0, (word & 0xff) - periods);
  }

  /** How fit for eviction, 0 upward, larger goes first: idle seconds, or 255 - frequency. */
  evictionScore(word: number): number {
    return this.isLfu ? 255 - this.counter(word) : this.idleSeconds(word);
  }

  private minutes(): number {
    return Math.floor(this.seconds / 60) & 0xffff;
  }

  // Probability 1 / ((counter - LFU_INIT) * factor + 1), so that 255 stands for about a million hits.
  private increment(counter: number): number {
    if (counter === 255) return 255;
    const base = Math.max(0, counter - LFU_INIT);
    return this.rng.below(Math.floor(base * this.lfuLogFactor) + 1) === 0 ? counter + 1 : counter;
  }
}
