// Hash ranges: which parts of a dict a snapshot is done with, one bit for each.
//
// The 32 bits of a hash are cut into equal ranges of about KEYS_PER_RANGE keys each: a bit for the whole of one costs a
// thirtieth of a byte per key, so that the bits of some million keys stay in the processor's cache, where a set of
// hashes would be many times larger and grow in leaps. Larger ranges would make the first change of a range dearer.
// Invariant: a range is done once and stays so.

const KEYS_PER_RANGE = 4;
const DEPTH_MIN = 3;
const DEPTH_MAX = 28;
/** Bytes of bits that are looked through at most by one `next`: some microseconds. */
const BYTES_PER_LOOK = 4096;

export class HashRanges {
  private readonly bits: Uint8Array;
  private readonly shift: number;
  private cursor = 0;

  constructor(keys: number) {
    let depth = DEPTH_MIN;
    while (depth < DEPTH_MAX && 2 ** depth * KEYS_PER_RANGE < keys) depth++;
    this.bits = new Uint8Array(2 ** (depth - 3));
    this.shift = 32 - depth;
  }

  get sizeBytes(): number {
    return this.bits.length;
  }

  /** The range that a hash lies in. */
  rangeOf(hash: number): number {
    return hash >>> this.shift;
  }

  isDone(range: number): boolean {
    return ((this.bits[range >>> 3] as number) & (1 << (range & 7))) !== 0;
  }

  done(range: number): void {
    this.bits[range >>> 3] = (this.bits[range >>> 3] as number) | (1 << (range & 7));
  }

  /** The smallest hash of a range, as uint32; that of the range behind the last is 2^32. */
  firstHash(range: number): number {
    return range * 2 ** this.shift;
  }

  /** A range that is not done, in ascending order; -1: not found yet, ask again; -2: all are done. */
  next(): number {
    const { bits } = this;
    const end = Math.min(bits.length, (this.cursor >>> 3) + BYTES_PER_LOOK);
    for (let at = this.cursor >>> 3; at < end; at++) {
      const byte = bits[at] as number;
      if (byte === 0xff) continue;
      // No range comes back, so those before the cursor need no mask.
      this.cursor = at * 8 + (31 - Math.clz32(~byte & (byte + 1)));
      return this.cursor;
    }
    this.cursor = end * 8;
    return end === bits.length ? -2 : -1;
  }

  /** Where the run of at most `countMax` ranges from `range` on ends that are not done. */
  endOfRun(range: number, countMax: number): number {
    const max = Math.min(this.bits.length * 8, range + countMax);
    let end = range + 1;
    while (end < max && !this.isDone(end)) end++;
    return end;
  }
}
