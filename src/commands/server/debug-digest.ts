// Debug digest: 160 bits that tell whether two data sets are equal, for DEBUG DIGEST and DIGEST-VALUE.
//
// The digest of a data set is the exclusive or of its entries' digests, so neither the order of keys nor their
// distribution over shards matters; of no entries it is 0. An entry's digest is five lanes of HalfSipHash over
// its value and key, salted with type, whether it expires (not when), and the number of its database. A list's
// elements are chained; the members of other collections are hashed each for itself and joined by exclusive or, so
// that neither order nor encoding counts. It is not the SHA-1 that Redis computes: digests compare between servers
// of this kind only.

import type { EntryView } from "../../keyspace/entry-view.ts";
import { HashView } from "../../keyspace/hash-view.ts";
import type { Keyspace } from "../../keyspace/keyspace.ts";
import { ListView } from "../../keyspace/list-view.ts";
import { SetView } from "../../keyspace/set-view.ts";
import { SortedSetView } from "../../keyspace/sorted-set-view.ts";
import { StreamView } from "../../keyspace/stream-view.ts";
import { halfSipHash13 } from "../../lib/half-siphash.ts";
import { StreamId } from "../../lib/stream-id.ts";
import { Element } from "../../store/element.ts";
import { TYPE_HASH, TYPE_LIST, TYPE_SET, TYPE_STREAM, TYPE_STRING, TYPE_ZSET } from "../../store/entry.ts";

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
    let hash = hashOfValue(entry, salt, (type << 1) | (hasExpiry ? 1 : 0));
    if (what === "key-and-value") hash = halfSipHash13(bytes, entry.keyStart, entry.keyEnd, hash, salt ^ db);
    lanes[i] = (lanes[i] as number) ^ hash;
  }
}

function hashOfValue(entry: EntryView, salt: number, kind: number): number {
  if (entry.type === TYPE_STRING) {
    return halfSipHash13(entry.bytes, entry.valueStart, entry.valueEnd, salt, kind);
  }
  let hash = kind;
  switch (entry.type) {
    case TYPE_LIST: {
      const list = new ListView().show(entry);
      for (let more = list.first(); more; more = list.next()) hash = hashOf(list.element, salt, hash);
      return hash;
    }
    case TYPE_SET: {
      const set = new SetView().show(entry);
      set.rewind();
      while (set.next()) hash ^= hashOf(set.member, salt, kind);
      return hash;
    }
    case TYPE_ZSET: {
      const set = new SortedSetView().show(entry);
      const score = new Float64Array(1);
      const bytes = new Uint8Array(score.buffer);
      for (let more = set.seek(0); more; more = set.next()) {
        score[0] = set.score === 0 ? 0 : set.score;
        hash ^= halfSipHash13(bytes, 0, 8, salt, hashOf(set.member, salt, kind));
      }
      return hash;
    }
    case TYPE_HASH: {
      const fields = new HashView().show(entry);
      fields.rewind();
      while (fields.next()) {
        const timed = fields.fieldExpireAtMs > 0 ? ~kind : kind;
        hash ^= hashOf(fields.value, salt, hashOf(fields.field, salt, timed));
      }
      return hash;
    }
    case TYPE_STREAM:
      return hashOfStream(new StreamView().show(entry), salt, hash);
    default:
      throw new Error(`assertion failed: no digest of type ${entry.type}`);
  }
}

// Of a stream the entries count, as in Redis, each with its id; groups do not.
function hashOfStream(stream: StreamView, salt: number, kind: number): number {
  const words = new Int32Array(4);
  const bytes = new Uint8Array(words.buffer);
  const { node, id } = stream;
  const element = new Element();
  let hash = kind;
  const last = new StreamId().setMax();
  for (let more = stream.openRange(new StreamId(), last); more; more = stream.nextInRange()) {
    words.set([id.w0, id.w1, id.w2, id.w3]);
    hash = halfSipHash13(bytes, 0, bytes.length, salt, hash);
    node.rewindFields();
    for (let i = 0; i < node.fieldCount; i++) {
      node.readField(element);
      hash = hashOf(element, salt, hash);
      node.readValue(element);
      hash = hashOf(element, salt, hash);
    }
  }
  return hash;
}

function hashOf(element: HashView["field"], salt: number, kind: number): number {
  element.text();
  return halfSipHash13(element.bytes, element.start, element.end, salt, kind);
}

function hexOf(lanes: Uint32Array): string {
  return Array.from(lanes, (lane) => lane.toString(16).padStart(8, "0")).join("");
}
