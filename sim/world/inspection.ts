// Inspection: LiveNode over the production server: what checks may see of a running node.

import type { Client } from "../../src/connection/client.ts";
import { HELD_OUTPUT_BYTES } from "../../src/connection/client.ts";
import type { Databases } from "../../src/keyspace/databases.ts";
import { EntryView } from "../../src/keyspace/entry-view.ts";
import { REPLY_BUFFER_BYTES } from "../../src/resp/reply-writer.ts";
import type { Server } from "../../src/server/server.ts";
import { Arena } from "../../src/store/arena.ts";
import { type Dict, SLOTS } from "../../src/store/dict.ts";
import { TYPE_STRING } from "../../src/store/entry.ts";
import { comparableText, type LiveNode } from "./live-node.ts";
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
    pendingFrees: () => sum(server, (databases) => databases.pendingFrees),
    maxmemory: () => server.config.maxmemory,
    queues: () => queuesOf(server),
    walkedBytes: () =>
      server.usedBytes() + sum(server, (databases) => walkedBytes(databases) - databases.usedBytes),
    state: (db) => stateOf(server, db),
    waiting: () =>
      [...server.hub.clients()]
        .filter((each) => each.pendingQueryBytes > 0 || each.isWaiting)
        .map(({ id }) => id),
  };
}

function sum(server: Server, of: (databases: Databases) => number): number {
  let total = 0;
  for (const { databases } of server.coordinator.shards) total += of(databases);
  return total;
}

// Without a limit of its own a client's output is held at a bound that one more reply may exceed: `held output`.
function queuesOf(server: Server): { name: string; size: number; bound: number }[] {
  const { config } = server;
  const { normal, pubsub } = config.clientOutputBufferLimit;
  const found = [
    { name: "slowlog", size: server.slowlog.length, bound: config.slowlogMaxLen },
    { name: "clients", size: server.hub.clientCount, bound: config.maxclients },
  ];
  for (const each of server.hub.clients()) {
    const client = each as Client;
    found.push({ name: "query", size: client.pendingQueryBytes, bound: config.clientQueryBufferLimit });
    const hard = (client.isSubscriber ? pubsub : normal).hardBytes;
    if ((client.isMonitor || client.isSubscriber) && hard === 0) continue; // What others do is sent to it whatever it takes.
    const size = client.queuedOutputBytes;
    if (hard > 0) found.push({ name: "output", size, bound: hard });
    else found.push({ name: "held output", size, bound: HELD_OUTPUT_BYTES + REPLY_BUFFER_BYTES });
  }
  return found;
}

// Every block that something refers to; what is used and not found here has leaked.
function walkedBytes(databases: Databases): number {
  // Half freed tables cannot be walked; the next look comes when they are gone.
  if (databases.doomed.length > 0) return databases.usedBytes;
  let bytes = 0;
  for (const dict of databases.dicts) bytes += dictBytes(databases, dict) + dict.directoryBytes;
  for (const index of databases.expiries) bytes += index.overheadBytes;
  return bytes;
}

function dictBytes({ arena }: Databases, dict: Dict): number {
  let bytes = (dict.slotCount / SLOTS) * Arena.roundUp(TABLE_BYTES);
  let cursor = 0;
  do {
    cursor = dict.scan(cursor, 1024, (ref) => {
      bytes += arena.capacityOf(ref);
    });
  } while (cursor !== 0);
  return bytes;
}

function stateOf(server: Server, db: number): Map<string, { value: string; expireAtMs: number | undefined }> {
  const found = new Map<string, { value: string; expireAtMs: number | undefined }>();
  const view = new EntryView(new Uint8Array(0));
  for (const { databases } of server.coordinator.shards) {
    const dict = databases.dicts[db];
    if (dict === undefined) continue;
    let cursor = 0;
    do {
      cursor = dict.scan(cursor, 1024, (ref) => {
        databases.fill(view, ref);
        const expireAtMs = view.hasExpiry ? databases.expiryOf(ref) : undefined;
        if (expireAtMs !== undefined && expireAtMs <= databases.nowMs) return;
        const key = latin1(view.bytes, view.keyStart, view.keyEnd);
        const text = view.type === TYPE_STRING ? latin1(view.bytes, view.valueStart, view.valueEnd) : "";
        const value = comparableText(view.type === TYPE_STRING ? "string" : `type ${view.type}`, text);
        found.set(key, { value, expireAtMs });
      });
    } while (cursor !== 0);
  }
  return found;
}

function latin1(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i] as number);
  return text;
}
