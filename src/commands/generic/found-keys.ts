// Found keys: what a walk over the keyspace found, until the reply can say how many there are.
//
// It keeps references rather than copies of the keys: four bytes for each. One list serves every command
// of a thread, since no two run at once.

import type { Databases } from "../../keyspace/databases.ts";
import type { EntryView } from "../../keyspace/entry-view.ts";
import type { ReplyWriter } from "../../resp/reply-writer.ts";

/** Room that is kept for the next walk, in keys. */
const KEPT_CAPACITY = 4096;

export class FoundKeys {
  count = 0;
  private refs = new Int32Array(KEPT_CAPACITY);
  // Owner k holds the keys from position firsts[k] on: a walk goes from shard to shard.
  private readonly owners: Databases[] = [];
  private readonly firsts: number[] = [];

  add(view: EntryView): void {
    const owner = view.owner as Databases;
    if (this.owners[this.owners.length - 1] !== owner) {
      this.owners.push(owner);
      this.firsts.push(this.count);
    }
    if (this.count === this.refs.length) {
      const wider = new Int32Array(this.count * 2);
      wider.set(this.refs);
      this.refs = wider;
    }
    this.refs[this.count++] = view.ref;
  }

  /** Writes an array of the keys, by way of `view`, and forgets them. The keyspace must not have changed. */
  writeTo(reply: ReplyWriter, view: EntryView): void {
    reply.array(this.count);
    let next = 0;
    for (let i = 0; i < this.count; i++) {
      if (i === this.firsts[next]) view.owner = this.owners[next++];
      (view.owner as Databases).fill(view, this.refs[i] as number);
      reply.bulk(view.bytes, view.keyStart, view.keyEnd);
    }
    this.clear();
  }

  private clear(): void {
    this.count = 0;
    this.owners.length = 0;
    this.firsts.length = 0;
    if (this.refs.length > KEPT_CAPACITY) this.refs = new Int32Array(KEPT_CAPACITY);
  }
}
