// Chance: the simulation's random numbers (sfc32, C. Doty-Humphrey's PractRand), seeded with 64 bits.
//
// Role: every choice of a run comes from a stream forked from its seed by name. A fork depends on the seed and the
// name alone and does not advance its parent, so that one more draw in one place moves nothing elsewhere: what
// shrinking and comparing runs rest on. The server's own Rng takes 32 bits and stays as it is.
// Invariant: integers only; the same seed and name give the same numbers on every machine.

const TWO_32 = 4294967296;

export class Chance {
  /** Numbers drawn so far. */
  draws = 0;
  private readonly high: number;
  private readonly low: number;
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  /** The two halves of the seed, any uint32 each. */
  constructor(high: number, low: number) {
    this.high = high >>> 0;
    this.low = low >>> 0;
    this.a = this.low | 0;
    this.b = this.high | 0;
    this.c = 0x9e3779b9 | 0;
    for (let i = 0; i < 12; i++) this.step();
  }

  /** A stream of its own for `label`. */
  fork(label: string): Chance {
    let high = Math.imul(this.high ^ 0x85ebca6b, 0x9e3779b1);
    let low = Math.imul(this.low ^ 0xc2b2ae35, 0x85ebca77);
    for (let i = 0; i < label.length; i++) {
      const code = label.charCodeAt(i);
      high = Math.imul(high ^ code, 0x01000193) ^ (low >>> 15);
      low = Math.imul(low ^ code, 0x27d4eb2f) ^ (high >>> 13);
    }
    return new Chance(avalanche(high ^ (low >>> 16)), avalanche(low ^ Math.imul(high, 3)));
  }

  /** Uniform over 0 .. 2^32 - 1. */
  u32(): number {
    this.draws++;
    return this.step();
  }

  /** Uniform over 0 .. bound - 1, for a bound of 1 .. 2^32, without bias. */
  below(bound: number): number {
    if (bound <= 1) return 0;
    const limit = TWO_32 - (TWO_32 % bound);
    for (;;) {
      const drawn = this.u32();
      if (drawn < limit) return drawn % bound;
    }
  }

  /** Uniform over low .. high, both included. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  /** True `numerator` times out of `denominator`. */
  chance(numerator: number, denominator: number): boolean {
    return this.below(denominator) < numerator;
  }

  /** One of `values`, which may not be empty. */
  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)] as T;
  }

  /** Fills `target`. */
  fill(target: Uint8Array): void {
    for (let i = 0; i < target.length; i++) target[i] = this.u32() & 0xff;
  }

  private step(): number {
    const sum = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = ((this.c << 21) | (this.c >>> 11)) + sum;
    this.c |= 0;
    return sum >>> 0;
  }
}

/** The stream of a seed written as "0x" and up to 16 hex digits; throws on anything else. */
export function chanceOf(seed: string): Chance {
  if (!/^0x[0-9a-f]{1,16}$/i.test(seed)) throw new Error(`a seed is 0x and up to 16 hex digits, not ${seed}`);
  const digits = seed.slice(2).padStart(16, "0");
  return new Chance(Number.parseInt(digits.slice(0, 8), 16), Number.parseInt(digits.slice(8), 16));
}

/** A seed in the form that plans and command lines use. */
export function seedText(high: number, low: number): string {
  return `0x${hex(high)}${hex(low)}`;
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, "0");
}

function avalanche(word: number): number {
  let h = word | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
