// Look-ahead: parses the requests of one read in groups before any of them runs, and touches what their keys need.
//
// In a pipeline each request waits for memory: the dict's table, then the entry. Those waits do not depend on
// each other, but run one by one the processor cannot see the next key before the present command has ended.
// So for a group of requests first all keys are hashed, then all tables read, then all entries: the processor
// has many reads under way at once, and the commands find their data in its cache.
// Invariants:
//   - nothing here changes what is answered: it only reads, and a hint may be wrong (SELECT, or an argument
//     1 that is no key).
//   - requests stay ranges of the read buffer, each group member with an `Args` of its own.

import type { Databases } from "../keyspace/databases.ts";
import { Args } from "../resp/args.ts";
import { COMPLETE, type ParseLimits, RequestParser } from "../resp/request-parser.ts";

/** Requests in a group: enough to hide the waits, few enough that what was read is still cached when it is used. */
export const GROUP = 16;

export class Lookahead {
  /** Where request i of the group begins; starts[count] is where the first one outside of it does. */
  readonly starts = new Int32Array(GROUP + 1);
  /** Keeps the reads from being optimised away. */
  touched = 0;

  private readonly parsers: RequestParser[] = [];
  private readonly refs = new Int32Array(GROUP);

  constructor() {
    for (let i = 0; i < GROUP; i++) this.parsers.push(new RequestParser(new Args(new Uint8Array(0))));
  }

  /** The arguments of request i of the group. */
  args(i: number): Args {
    return (this.parsers[i] as RequestParser).args;
  }

  /**
   * Parses up to `countMax` (at most GROUP) whole, valid requests from bytes[at, end); returns how many. What follows
   * is left to be parsed again.
   */
  parse(bytes: Uint8Array, at: number, end: number, limits: ParseLimits, countMax: number = GROUP): number {
    let position = at;
    let count = 0;
    while (count < countMax && position < end) {
      const parser = this.parsers[count] as RequestParser;
      if (parser.parse(bytes, position, end, limits) !== COMPLETE) {
        parser.reset();
        break;
      }
      this.starts[count++] = position;
      position = parser.next;
    }
    this.starts[count] = position;
    return count;
  }

  /** Reads what the first `count` requests will look up, taking argument 1 for a key of `db`. */
  warm(databases: Databases, db: number, count: number): void {
    const { refs } = this;
    // Many requests are for the key of the one before, or none is: after two that differ nobody asks.
    let before: Args | undefined;
    for (let i = 0; i < count; i++) {
      const args = this.args(i);
      if (args.count < 2) continue;
      if (before !== undefined && haveSameKey(args, before)) {
        args.setKeyHash(before.keyHash);
        continue;
      }
      args.setKeyHash(databases.hashOf(args.bytes, args.start(1), args.end(1)));
      before = i === 0 ? args : undefined;
    }
    let last = 0; // Requests for one key, one after the other, need it read once.
    for (let i = 0; i < count; i++) {
      const args = this.args(i);
      const isOther = args.isHashed && (i === 0 || args.keyHash !== last);
      refs[i] = isOther ? databases.candidate(db, args.keyHash) : 0;
      last = args.keyHash;
    }
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const ref = refs[i] as number;
      if (ref !== 0) sum += databases.peekByte(ref);
    }
    this.touched = sum;
  }
}

// Whether argument 1 of two requests in one buffer has the same bytes; looked at from the end, where most keys differ.
function haveSameKey(one: Args, other: Args): boolean {
  const { bytes } = one;
  const start = one.start(1);
  let at = one.end(1);
  let otherAt = other.end(1);
  if (at - start !== otherAt - other.start(1)) return false;
  while (at > start) if (bytes[--at] !== bytes[--otherAt]) return false;
  return true;
}
