// Keys: where the keys of calls come from.
//
// Role: `poolKeys` draws from a fixed list and knows nothing. `ZipfKeys` knows what is stored: seven keys of ten
// hold what the command works on, so that calls succeed; the rest are drawn blindly, so that they also fail.
// Few keys are hot and many are seldom met; how many there are at all is the caller's choice, as is the moment.

import type { Chance } from "./chance.ts";
import { drawKey, oddKeys } from "./pools.ts";

export interface KeySource {
  /** A key for a command that works on values of `type` (the name TYPE answers with); undefined: on any. */
  draw(chance: Chance, type: string | undefined): string;
}

export const poolKeys: KeySource = { draw: drawKey };

/** How many keys there may be, from all on one to hardly ever the same. */
export const keyCounts: readonly number[] = [1, 2, 8, 64, 1024];

const attemptsMax = 12;
const tableSize = 1 << 14;
const names = Array.from({ length: 1024 }, (_, i) => nameOf(i));
const tables = new Map(keyCounts.map((count) => [count, zipfTable(count)]));

export class ZipfKeys implements KeySource {
  private readonly table: Uint16Array;
  private readonly offset: number;
  private readonly typeOf: (key: string) => string | undefined;

  /** `offset` says which names are the hot ones; `typeOf` what a key holds now, undefined for nothing. */
  constructor(count: number, offset: number, typeOf: (key: string) => string | undefined) {
    this.table = tables.get(count) ?? zipfTable(count);
    this.offset = offset;
    this.typeOf = typeOf;
  }

  draw(chance: Chance, type: string | undefined): string {
    let key = this.any(chance);
    if (chance.below(10) >= 7) return key;
    for (let attempts = 1; attempts < attemptsMax; attempts++) {
      const found = this.typeOf(key);
      if (type === undefined ? found !== undefined : found === type) return key;
      key = this.any(chance);
    }
    return key;
  }

  private any(chance: Chance): string {
    const rank = this.table[chance.u32() & (tableSize - 1)] as number;
    return names[(rank + this.offset) % names.length] as string;
  }
}

// Ranks 0 .. count - 1 in shares of 1 / (rank + 1), each at least once.
function zipfTable(count: number): Uint16Array {
  const table = new Uint16Array(tableSize);
  let total = 0;
  for (let rank = 0; rank < count; rank++) total += 1 / (rank + 1);
  let at = 0;
  let sum = 0;
  for (let rank = 0; rank < count; rank++) {
    sum += 1 / (rank + 1);
    const end = Math.min(
      Math.max(Math.round((sum / total) * tableSize), at + 1),
      tableSize - (count - rank - 1),
    );
    table.fill(rank, at, end);
    at = end;
  }
  return table;
}

// Plain names, hash tags that gather keys on one shard, bytes of every kind, and now and then an odd one.
function nameOf(index: number): string {
  const odd = oddKeys[index / 8];
  if (odd !== undefined) return odd;
  if (index % 8 === 3) return `{tag${index % 5}}${index}`;
  if (index % 8 === 5) return `\x00\xff\r\n${String.fromCharCode(index & 255)}${index}`;
  return index % 8 === 6 ? `user:${1000 + index}:name` : `k${index}`;
}
