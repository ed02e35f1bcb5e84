// Debug digest: 160 bits that tell whether two data sets are equal, for DEBUG DIGEST and DIGEST-VALUE.
//
// The digest of a data set is the exclusive or of its entries' digests, so neither the order of keys nor their
// distribution over shards matters; of no entries it is 0. An entry's digest is five lanes of HalfSipHash over
// its value and key, salted with type, whether it expires (not when), and the number of its database. Encodings
// do not count. It is not the SHA-1 that Redis computes: digests compare between servers of this kind only.

import type { EntryView } from "../../keyspace/entry-view.ts";
import type { Keyspace } from "../../keyspace/keyspace.ts";
import { halfSipHash13 } from "../../lib/half-siphash.ts";

/** One secret-free salt for each lane: digits of pi. */
const LANE_SALTS = [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822] as const;
const SCAN_COUNT = 1000;

/** The digest of a value with its type and whether it expires; of undefined, a missing key, 0. */
export function digestOfValue(entry: EntryView | undefined): string {
  const lanes = new Uint32Array(LANE_SALTS.length);
  if (entry !== undefined) mix(lanes, entry, "value");
  return hexOf(lanes);
}

/** The digest of all live keys of all databases. */
export function digestOfEverything(everything: Keyspace, databases: number): string {
  const lanes = new Uint32Array(LANE_SALTS.length);
  const selected = everything.db;
  for (let db = 0; db < databases; db++) {
    everything.db = db;
    let cursor = 0;
    do {
      cursor = everything.scan(cursor, SCAN_COUNT, (entry) => mix(lanes, entry, "key-and-value"));
    } while (cursor !== 0);
  }
  everything.db = selected;
  return hexOf(lanes);
}

function mix(lanes: Uint32Array, entry: EntryView, what: "value" | "key-and-value"): void {
  const { bytes, type, hasExpiry, db } = entry;
  for (const [i, salt] of LANE_SALTS.entries()) {
    let hash = halfSipHash13(
      bytes,
      entry.valueStart,
      entry.valueEnd,
      salt,
      (type << 1) | (hasExpiry ? 1 : 0),
    );
    if (what === "key-and-value") hash = halfSipHash13(bytes, entry.keyStart, entry.keyEnd, hash, salt ^ db);
    lanes[i] = (lanes[i] as number) ^ hash;
  }
}

function hexOf(lanes: Uint32Array): string {
  return Array.from(lanes, (lane) => lane.toString(16).padStart(8, "0")).join("");
}
