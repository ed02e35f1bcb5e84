// Memory figures: where the bytes are, for INFO memory and the MEMORY commands.

import { Collections } from "../../keyspace/collections.ts";
import type { EntryView } from "../../keyspace/entry-view.ts";
import type { Keyspace } from "../../keyspace/keyspace.ts";
import { TYPE_STRING } from "../../store/entry.ts";
import type { ServerView } from "../context.ts";

/** What one slot of a dict's table takes: a tag of 1 byte, a reference of 4, and 1/256 of a header of 8. */
const DICT_SLOT_BYTES = 5 + 8 / 256;
/** What the expiry index keeps for one key: a time of 8 bytes and a reference of 4. */
const EXPIRY_BYTES = 12;

export type MemoryFigures = {
  readonly usedBytes: number;
  readonly peakBytes: number;
  readonly residentBytes: number;
  /** Blocks in use, the pages they stand in, and the address space set aside. */
  readonly arenaBytes: number;
  readonly arenaPageBytes: number;
  readonly arenaMappedBytes: number;
  readonly dictBytes: number;
  readonly expiryBytes: number;
  readonly clientBytes: number;
  /** What the process uses before any key is there. */
  readonly startupBytes: number;
  /** All that is not keys and values. */
  readonly overheadBytes: number;
  readonly datasetBytes: number;
  readonly keyCount: number;
};

export function memoryFigures(server: ServerView): MemoryFigures {
  let arenaBytes = 0;
  let arenaPageBytes = 0;
  let arenaMappedBytes = 0;
  let dictBytes = 0;
  let expiryBytes = 0;
  let keyCount = 0;
  let storeBytes = 0;
  for (const shard of server.everything.databases) {
    storeBytes += shard.usedBytes;
    arenaBytes += shard.arena.usedBytes;
    arenaPageBytes += shard.arena.pageBytes;
    arenaMappedBytes += shard.arena.mappedBytes;
    for (const dict of shard.dicts) {
      dictBytes += dict.directoryBytes + Math.ceil(dict.slotCount * DICT_SLOT_BYTES);
      keyCount += dict.size;
    }
    for (const index of shard.expiries) expiryBytes += index.overheadBytes;
    expiryBytes += shard.fieldExpiries.overheadBytes;
  }
  let clientBytes = 0;
  for (const client of server.clients()) clientBytes += client.memoryBytes;
  const usedBytes = server.usedBytes();
  const startupBytes = Math.max(0, usedBytes - storeBytes - clientBytes);
  const overheadBytes = startupBytes + clientBytes + dictBytes + expiryBytes;
  return {
    usedBytes,
    peakBytes: Math.max(usedBytes, server.stats.peakUsedBytes),
    residentBytes: server.host().residentBytes,
    arenaBytes,
    arenaPageBytes,
    arenaMappedBytes,
    dictBytes,
    expiryBytes,
    clientBytes,
    startupBytes,
    overheadBytes,
    datasetBytes: Math.max(0, usedBytes - overheadBytes),
    keyCount,
  };
}

/** Bytes of the dicts and of the expiry indexes of one numbered database. */
export function databaseOverhead(
  keyspace: Keyspace,
  db: number,
): { mainBytes: number; expiresBytes: number } {
  let mainBytes = 0;
  let expiresBytes = 0;
  for (const shard of keyspace.databases) {
    const dict = shard.dicts[db];
    if (dict !== undefined) mainBytes += dict.directoryBytes + Math.ceil(dict.slotCount * DICT_SLOT_BYTES);
    expiresBytes += shard.expiries[db]?.overheadBytes ?? 0;
  }
  return { mainBytes, expiresBytes };
}

/**
 * Bytes one key takes: its block, its share of the dict's slots, its place in the expiry index, and what a large
 * collection has beside, judged by `samples` of its elements (0: all).
 */
export function entryBytes(entry: EntryView, samples: number): number {
  const shard = entry.owner;
  const dict = shard?.dicts[entry.db];
  if (shard === undefined || dict === undefined) return 0;
  const share = (dict.slotCount * DICT_SLOT_BYTES) / Math.max(1, dict.size);
  // A nearly empty table is not its few keys' fault: a slot at a usual load is what a key costs.
  const slotBytes = Math.ceil(Math.min(share, 2 * DICT_SLOT_BYTES));
  const root = entry.type === TYPE_STRING ? 0 : Collections.rootIn(entry.data, entry.valueStart);
  const beside = root === 0 ? 0 : shard.collections.bytes(root, samples);
  return shard.arena.capacityOf(entry.ref) + slotBytes + (entry.hasExpiry ? EXPIRY_BYTES : 0) + beside;
}

/** "1.50M": bytes as INFO shows them to people. */
export function humanBytes(bytes: number): string {
  if (bytes < 1024) return `${Math.floor(bytes)}B`;
  let scaled = bytes;
  for (const unit of "KMGTP") {
    scaled /= 1024;
    if (scaled < 1024) return `${scaled.toFixed(2)}${unit}`;
  }
  return `${Math.floor(bytes)}B`;
}

/** a / b, or 0 when there is nothing to divide by. */
export function ratio(a: number, b: number): number {
  return b === 0 ? 0 : a / b;
}
