// Inspection: LiveNode over the production server: what checks may see of a running node.

import { HELD_OUTPUT_BYTES } from "../../src/connection/client.ts";
import { Collections } from "../../src/keyspace/collections.ts";
import type { Databases } from "../../src/keyspace/databases.ts";
import { REPLY_BUFFER_BYTES } from "../../src/resp/reply-writer.ts";
import type { Server } from "../../src/server/server.ts";
import type { Shard } from "../../src/shard/shard.ts";
import { Arena, byteOffset, type Ref, segmentOf } from "../../src/store/arena.ts";
import { type Dict, SLOTS } from "../../src/store/dict.ts";
import { TYPE_STRING, valueAt } from "../../src/store/entry.ts";
import { textBetween } from "../clients/latin1.ts";
import { readDatabase, readFields, readKey } from "./held-values.ts";
import type { HeldValue, LiveNode, TellQueue } from "./live-node.ts";
import type { NodeProcess } from "./process.ts";

/** A table of a dict: a header of 8, a tag of 1 and a reference of 4 for each slot. */
const TABLE_BYTES = 8 + 5 * SLOTS;

export function liveNode(node: NodeProcess, server: Server): LiveNode {
  return {
    id: node.id,
    generation: node.generation,
    turnStartedMs: () => Math.floor(node.clock.wallUs(node.turnStartedUs) / 1000),
    wallMs: () => Math.floor(node.clock.wallUs(node.localUs) / 1000),
    usedBytes: () => server.usedBytes(),
    clientBytes: () => server.hub.eviction.usedBytes,
    pendingFrees: () => pendingFreesOf(server),
    pendingBytes: () => sum(server, (databases) => databases.usedBytes - storeBytes(databases)),
    maxmemory: () => server.config.maxmemory,
    eachQueue: (tell) => tellQueues(server, tell),
    walkedBytes: () => walkedBytes(server),
    state: (db, withEnded) => {
      const found = new Map<string, HeldValue>();
      for (const { databases } of server.coordinator.shards) readDatabase(databases, db, found, withEnded);
      return found;
    },
    fieldsOf: (db, key) => {
      for (const { databases } of server.coordinator.shards) {
        const fields = readFields(databases, db, key);
        if (fields !== undefined) return fields;
      }
      return undefined;
    },
    heldAt: (db, key) => {
      for (const { databases } of server.coordinator.shards) {
        const held = readKey(databases, db, key);
        if (held !== undefined) return held;
      }
      return undefined;
    },
    libraries: () => librariesOf(server),
    waiting: () => waitingIn(server),
  };
}

function librariesOf({ scripting }: Server): ReadonlyMap<string, string> {
  const texts = scripting.libraryCodes.map((code) => textBetween(code, 0, code.length));
  return new Map(texts.map((text) => [/^#![^\n]*\bname=(\w+)/.exec(text)?.[1] ?? "", text]));
}

const nobody: readonly number[] = [];

function waitingIn({ hub }: Server): readonly number[] {
  if (hub.blocking.count === 0) return nobody;
  const found: number[] = [];
  // Not who was served, and whose reply waits for the log.
  for (const client of hub.clients()) if (client.isWaiting && client.isBlocked) found.push(client.id);
  return found;
}

function pendingFreesOf({ coordinator: { shards } }: Server): number {
  let count = 0;
  for (let i = 0; i < shards.length; i++) count += (shards[i] as Shard).databases.pendingFrees;
  return count;
}

function sum(server: Server, of: (databases: Databases) => number): number {
  let total = 0;
  for (const { databases } of server.coordinator.shards) total += of(databases);
  return total;
}

// Without a limit of its own a client's output is held at a bound that one more reply may exceed: `held output`.
function tellQueues(server: Server, tell: TellQueue): void {
  const { config, hub } = server;
  const { normal, pubsub } = config.clientOutputBufferLimit;
  if (server.slowlog.length > 0) tell("slowlog", server.slowlog.length, config.slowlogMaxLen);
  if (hub.clientCount > 0) tell("clients", hub.clientCount, config.maxclients);
  for (const client of hub.clients()) {
    const query = client.pendingQueryBytes;
    if (query > 0) tell("query", query, config.clientQueryBufferLimit, client.id);
    const size = client.queuedOutputBytes;
    if (size === 0) continue;
    const { hardBytes: hard, softBytes: soft } = client.isSubscriber ? pubsub : normal;
    if (hard > 0) tell("output", size, hard, client.id);
    // What others do is sent to these whatever it takes.
    else if (!client.isMonitor && !client.isSubscriber)
      tell("held output", size, Math.max(HELD_OUTPUT_BYTES, soft) + REPLY_BUFFER_BYTES, client.id);
  }
}

// Every block that something refers to; what is used and not found here has leaked.
function walkedBytes(server: Server): number | undefined {
  // What is half freed cannot be walked.
  if (pendingFreesOf(server) > 0) return undefined;
  return server.usedBytes() + sum(server, (databases) => storeBytes(databases) - databases.usedBytes);
}

function storeBytes(databases: Databases): number {
  let bytes = 0;
  for (const dict of databases.dicts) bytes += dictBytes(databases, dict) + dict.directoryBytes;
  for (const index of databases.expiries) bytes += index.overheadBytes;
  return bytes + databases.fieldExpiries.overheadBytes;
}

function dictBytes({ arena, collections }: Databases, dict: Dict): number {
  let bytes = (dict.slotCount / SLOTS) * Arena.roundUp(TABLE_BYTES);
  let cursor = 0;
  do {
    cursor = dict.scan(cursor, 1024, (ref) => {
      bytes += arena.capacityOf(ref);
      const root = rootOf(arena, ref);
      if (root !== 0) bytes += collections.bytes(root, 0);
    });
  } while (cursor !== 0);
  return bytes;
}

// What a large collection owns beside its entry hangs from here.
function rootOf(arena: Arena, ref: Ref): Ref {
  const bytes = arena.u8[segmentOf(ref)] as Uint8Array;
  const base = byteOffset(ref);
  if (((bytes[base] as number) & 7) === TYPE_STRING) return 0;
  return Collections.rootIn(arena.data[segmentOf(ref)] as DataView, valueAt(bytes, base));
}
