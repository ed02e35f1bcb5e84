// Transfer: carries an entry's value to another key, in any database of any shard.
//
// Role: what RENAME, MOVE and COPY have in common. Each type says here how its value is taken along; for
// now that is a string, whose bytes stand in the entry itself.
// Both shards must be of the running thread: nothing happens between the two halves.

import { TYPE_STRING } from "../store/entry.ts";
import type { Databases } from "./databases.ts";
import type { EntryView } from "./entry-view.ts";

/**
 * Puts the value and expiry of `source` at key[keyStart, keyEnd). `target` comes from a lookup of that key
 * just before, by which `isTaken` says whether it is there: then it is removed first, whatever it holds.
 * With `isMove` the source goes away and its access word with it; a copy counts as made now.
 * Counts one change. Afterwards `target` shows the new entry, and `source` nothing after a move.
 */
export function transfer(
  source: EntryView,
  target: EntryView,
  options: { readonly isTaken: boolean; readonly isMove: boolean },
  key: Uint8Array,
  keyStart: number,
  keyEnd: number,
): void {
  const from = source.owner as Databases;
  const to = target.owner as Databases;
  // Removals count as changes of their own, which to a client they are not.
  if (options.isTaken) {
    to.remove(target);
    to.dirty--;
  }
  putCopy(source, target, key, keyStart, keyEnd);
  if (options.isMove) {
    to.setAccessWord(target.ref, from.accessWordOf(source.ref));
    from.remove(source);
    from.dirty--;
  }
}

function putCopy(
  source: EntryView,
  target: EntryView,
  key: Uint8Array,
  keyStart: number,
  keyEnd: number,
): void {
  const to = target.owner as Databases;
  const { bytes, valueStart, valueEnd, encoding, expireAtMs } = source;
  switch (source.type) {
    case TYPE_STRING:
      to.putString(target, false, key, keyStart, keyEnd, bytes, valueStart, valueEnd, encoding, expireAtMs);
      break;
    default:
      throw new Error(`assertion failed: no transfer of a value of type ${source.type}`);
  }
}
