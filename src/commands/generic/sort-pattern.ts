// Sort pattern: what BY and GET of SORT lead to from an element: the string, or a hash's field, of another key.
//
//   weight_*           the string at the key that has the element in place of the first star
//   object_*->field    that field of the hash at that key
//   #                  the element itself
//
// As in Redis a pattern is searched up to its first NUL only, and an arrow without a field is part of the key's name.
// Invariant: after `find` was true the value is bytes[start, end), until the keyspace changes or the next `find`.

import { EntryView } from "../../keyspace/entry-view.ts";
import { HashView } from "../../keyspace/hash-view.ts";
import type { Keyspace } from "../../keyspace/keyspace.ts";
import { copyBytes } from "../../lib/bytes.ts";
import { Args } from "../../resp/args.ts";
import { TYPE_HASH, TYPE_STRING } from "../../store/entry.ts";

const HASH_SIGN = 0x23;
const STAR = 0x2a;
const MINUS = 0x2d;
const GREATER = 0x3e;
const NONE = new Uint8Array(0);

// All patterns look keys up one after the other.
const entry = new EntryView(NONE);
const hash = new HashView();
const name = new Args(NONE);

export class SortPattern {
  /** The value found last. */
  bytes: Uint8Array = NONE;
  start = 0;
  end = 0;
  /** Whether a key is named by it at all. */
  readonly hasStar: boolean;
  private readonly isElement: boolean;
  private readonly pattern: Uint8Array;
  private readonly starAt: number;
  /** Where the arrow is, or the pattern's end. */
  private readonly keyEnd: number;

  /** Of argument i. */
  constructor(args: Args, i: number) {
    const pattern = args.copy(i);
    const nul = pattern.indexOf(0);
    const textEnd = nul < 0 ? pattern.length : nul;
    const star = pattern.indexOf(STAR);
    this.pattern = pattern;
    this.isElement = textEnd === 1 && pattern[0] === HASH_SIGN;
    this.hasStar = star >= 0 && star < textEnd;
    this.starAt = star;
    this.keyEnd = this.hasStar ? arrowAt(pattern, star + 1, textEnd) : pattern.length;
  }

  /** Finds the value for the element element[from, to); false when there is none. A lookup counts as a read. */
  find(keyspace: Keyspace, element: Uint8Array, from: number, to: number): boolean {
    if (this.isElement) return this.show(element, from, to);
    if (!this.hasStar) return false;
    const { pattern, starAt, keyEnd } = this;
    const elementEnd = starAt + to - from;
    const key = new Uint8Array(keyEnd - 1 + to - from);
    copyBytes(key, 0, pattern, 0, starAt);
    copyBytes(key, starAt, element, from, to);
    copyBytes(key, elementEnd, pattern, starAt + 1, keyEnd);
    name.reset(key);
    name.push(0, key.length);
    if (keyspace.read(name, 0, entry) === undefined) return false;
    if (keyEnd === pattern.length) {
      return entry.type === TYPE_STRING && this.show(entry.bytes, entry.valueStart, entry.valueEnd);
    }
    if (entry.type !== TYPE_HASH) return false;
    hash.show(entry);
    if (!hash.getBytes(pattern, keyEnd + 2, pattern.length)) return false;
    const { bytes, start, end } = hash.value.text();
    return this.show(bytes, start, end);
  }

  private show(bytes: Uint8Array, start: number, end: number): boolean {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    return true;
  }
}

// Where the arrow to a field is at `from` or behind; the pattern's length when there is none. `textEnd`: of what counts.
function arrowAt(pattern: Uint8Array, from: number, textEnd: number): number {
  for (let at = from; at + 1 < textEnd; at++) {
    if (pattern[at] !== MINUS || pattern[at + 1] !== GREATER) continue;
    return at + 2 < textEnd ? at : pattern.length;
  }
  return pattern.length;
}
