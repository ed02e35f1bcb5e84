// Id list: ids that a command has to keep while it runs. One list is reused by every call.

import type { StreamId } from "../../lib/stream-id.ts";

const FIRST_CAPACITY = 64;
const KEPT_CAPACITY_MAX = 64 * 1024;

export class IdList {
  count = 0;
  private words: Int32Array = new Int32Array(4 * FIRST_CAPACITY);

  /** A list over words that `copy` returned. */
  static of(words: Int32Array): IdList {
    const list = new IdList();
    list.words = words;
    list.count = words.length / 4;
    return list;
  }

  copy(): Int32Array {
    return this.words.slice(0, 4 * this.count);
  }

  clear(): void {
    this.count = 0;
    if (this.words.length > 4 * KEPT_CAPACITY_MAX) this.words = new Int32Array(4 * FIRST_CAPACITY);
  }

  push(id: StreamId): void {
    const at = 4 * this.count;
    if (at === this.words.length) {
      const grown = new Int32Array(2 * at);
      grown.set(this.words);
      this.words = grown;
    }
    this.count++;
    this.set(this.count - 1, id);
  }

  set(index: number, id: StreamId): void {
    const { words } = this;
    const at = 4 * index;
    words[at] = id.w0;
    words[at + 1] = id.w1;
    words[at + 2] = id.w2;
    words[at + 3] = id.w3;
  }

  read(index: number, target: StreamId): StreamId {
    const { words } = this;
    const at = 4 * index;
    target.w0 = words[at] as number;
    target.w1 = words[at + 1] as number;
    target.w2 = words[at + 2] as number;
    target.w3 = words[at + 3] as number;
    return target;
  }
}
