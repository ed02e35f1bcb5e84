// The generator behind math.random: the 48-bit linear congruential one of drand48, the same on every machine, as Redis
// has it. It goes on from script to script, from the same beginning in every process.

const MULTIPLIER = 0x5deece66dn;
const INCREMENT = 0xbn;
const MASK = (1n << 48n) - 1n;
/** The largest value, 2^31 - 1. */
export const RANDOM_MAX = 2 ** 31 - 1;

export class LuaRandom {
  private state = 0x1234_abcd_330en;

  seed(value: number): void {
    this.state = ((BigInt.asUintN(32, BigInt(value)) << 16n) | 0x330en) & MASK;
  }

  /** 0 .. 2^31 - 1. */
  next(): number {
    this.state = (this.state * MULTIPLIER + INCREMENT) & MASK;
    return Number(this.state >> 17n);
  }
}
