// Rng: seeded random numbers (sfc32, C. Doty-Humphrey's PractRand) with named forks.
//
// A fork's stream depends on the seed and the label only, and forking does not advance the parent:
// drawing once more in one place moves nothing elsewhere.

/** A stream of random numbers. Not for secrets. */
export class Rng {
  private readonly seed: number;
  private a = 0;
  private b = 0;
  private c = 0;
  private counter = 1;

  /** `seed`: any uint32. */
  constructor(seed: number) {
    this.seed = seed >>> 0;
    this.a = this.seed ^ 0x9e3779b9;
    this.b = Math.imul(this.seed, 0x85ebca6b) | 0;
    this.c = 0x5bd1e995;
    for (let i = 0; i < 12; i++) this.u32();
  }

  /** Uniform over 0 .. 2^32 - 1. */
  u32(): number {
    const sum = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = ((this.c << 21) | (this.c >>> 11)) + sum;
    this.c |= 0;
    return sum >>> 0;
  }

  /** Uniform over 0 .. bound - 1, for a bound of 1 .. 2^32, without bias. */
  below(bound: number): number {
    if (bound <= 1) return 0;
    const limit = 4294967296 - (4294967296 % bound);
    for (;;) {
      const drawn = this.u32();
      if (drawn < limit) return drawn % bound;
    }
  }

  /** True `numerator` times out of `denominator`. */
  chance(numerator: number, denominator: number): boolean {
    return this.below(denominator) < numerator;
  }

  /** A stream of its own for `label`. */
  fork(label: string): Rng {
    let hash = this.seed ^ 0x811c9dc5;
    for (let i = 0; i < label.length; i++) hash = Math.imul(hash ^ label.charCodeAt(i), 0x01000193);
    return new Rng(hash >>> 0);
  }
}
