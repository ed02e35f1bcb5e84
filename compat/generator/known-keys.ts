// Known keys: keys for calls, by what was last seen to be written at them.
//
// Role: a run that has no model of what is stored notes the writes that succeeded. It may be wrong, since a later call may
// have replaced or removed the value: then the call fails, which must happen as well.

import type { Chance } from "./chance.ts";
import type { Target } from "./declared.ts";
import type { KeySource } from "./keys.ts";
import { drawKey } from "./pools.ts";

const keysMax = 8;

export class KnownKeys implements KeySource {
  private readonly byType = new Map<string, string[]>();

  draw(chance: Chance, type: string | undefined): string {
    const known = type === undefined ? undefined : this.byType.get(type);
    return known === undefined || chance.oneIn(3) ? drawKey(chance) : chance.pick(known);
  }

  /** A write that was not refused; the key of most commands stands right behind the name. */
  note({ keyType, isWrite, words: name }: Target, words: readonly string[]): void {
    const key = words[name.length];
    if (!isWrite || keyType === undefined || key === undefined) return;
    const known = this.byType.get(keyType) ?? [];
    this.byType.set(keyType, known);
    if (known.includes(key)) return;
    known.push(key);
    if (known.length > keysMax) known.shift();
  }

  /** Everything was removed. */
  clear(): void {
    this.byType.clear();
  }
}
