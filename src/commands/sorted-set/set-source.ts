// Set source: one key that ZUNION, ZINTER or ZDIFF reads: a sorted set, or a set whose members all have the score 1.

import type { Keyspace } from "../../keyspace/keyspace.ts";
import { SetView } from "../../keyspace/set-view.ts";
import { SortedSetView } from "../../keyspace/sorted-set-view.ts";
import type { Args } from "../../resp/args.ts";
import type { Element } from "../../store/element.ts";
import { TYPE_SET, TYPE_ZSET } from "../../store/entry.ts";

export class SetSource {
  weight = 1;
  /** The score of the member that `next` or `find` came to. */
  score = 0;
  private readonly sorted = new SortedSetView();
  private readonly plain = new SetView();
  private isPlain = false;
  private hasBegun = false;

  /** Finds argument i's key; false when it holds neither a sorted set nor a set. A missing key is empty. */
  open(keyspace: Keyspace, args: Args, i: number): boolean {
    const { sorted } = this;
    this.weight = 1;
    this.isPlain = false;
    const found = keyspace.read(args, i, sorted.entry);
    if (found?.type === TYPE_SET) {
      this.isPlain = true;
      this.plain.show(found);
      return true;
    }
    if (found !== undefined && found.type !== TYPE_ZSET) return false;
    sorted.entry.hold(found !== undefined, args.bytes, args.start(i), args.end(i));
    sorted.opened();
    return true;
  }

  get length(): number {
    return this.isPlain ? this.plain.length : this.sorted.length;
  }

  get member(): Element {
    return this.isPlain ? this.plain.member : this.sorted.member;
  }

  rewind(): void {
    this.hasBegun = false;
    if (this.isPlain) this.plain.rewind();
  }

  /** Goes to the next member; false at the end. */
  next(): boolean {
    if (this.isPlain) {
      this.score = 1;
      return this.plain.next();
    }
    const { sorted } = this;
    const more = this.hasBegun ? sorted.next() : sorted.seek(0);
    this.hasBegun = true;
    this.score = sorted.score;
    return more;
  }

  /** True when a member, whose text is ready, is here; `score` is then its score. */
  find({ bytes, start, end, data }: Element): boolean {
    if (this.isPlain) {
      this.score = 1;
      return this.plain.hasBytes(bytes, start, end, data);
    }
    const isThere = this.sorted.findBytes(bytes, start, end, data);
    this.score = this.sorted.score;
    return isThere;
  }
}
