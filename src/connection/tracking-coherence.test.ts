// A cache that follows what it is told never serves what has changed: clients that track keys, drawn at random.
//
// What one connection receives is enough to tell: between two replies to GET of one key that differ there must be a
// message about that key, or about all. The property holds whatever changed the key: another client, a transaction, a
// script, its time, eviction, a flush, or a table that was too full. A GET that itself finds that a key's time is over
// gets its null first, and the message right behind it, as in Redis.

import { expect, test } from "vitest";
import { parse } from "../../oracle/parse.ts";
import type { Answer } from "../../oracle/reply.ts";
import { frameEnd } from "../../oracle/run/frames.ts";
import { Rng } from "../lib/rng.ts";
import { createTestServer, encodeRequest, type TestClient } from "../testing/command-runner.ts";

const keys = ["k", "l", "{k}m", "n"];
const writes = [
  ...[
    "SET K v",
    "SET K V PX 30",
    "INCR K",
    "APPEND K x",
    "DEL K",
    "PEXPIRE K 20",
    "RENAME K K",
    "COPY K K REPLACE",
  ],
  ...["MSET K V K V", "GETSET K V", "SETRANGE K 1 y", "GETDEL K", "FLUSHDB", "FLUSHALL", "BITOP NOT K K"],
  ...["LPUSH K a", "SADD K a", "SORT K STORE K", "CONFIG SET tracking-table-max-keys 2"],
  ...["CONFIG SET tracking-table-max-keys 100", "MULTI; SET K V; GET K; DEL K; EXEC"],
  ...["EVAL return{redis.call('set',KEYS[1],ARGV[1])} 1 K V", "EVAL return{redis.call('del',KEYS[1])} 1 K"],
];

/** What a caching client believes, from all that it has received. */
class Cache {
  readonly faults: string[] = [];
  hits = 0;
  messages = 0;
  private readonly values = new Map<string, string>();
  private readonly asked: string[] = [];
  /** Nulls that a message of the same turn must explain, by key. */
  private readonly unexplained = new Map<string, string>();

  ask(client: TestClient, key: string): void {
    this.asked.push(key);
    client.send(`GET ${key}\r\n`);
  }

  hear(text: string): void {
    for (let at = 0; at < text.length; ) {
      const end = frameEnd(text, at);
      expect(end).toBeGreaterThan(at);
      this.receive(text.slice(at, end), parse(text.slice(at, end))?.answer);
      at = end;
    }
    expect(this.asked).toEqual([]);
    this.faults.push(...this.unexplained.values());
    this.unexplained.clear();
  }

  private receive(raw: string, answer: Answer | undefined): void {
    if (answer?.kind === "push") {
      this.messages++;
      const told = answer.items[1];
      if (told?.kind === "array") for (const each of told.items) this.forget("text" in each ? each.text : "");
      else for (const key of keys) this.forget(key);
      return;
    }
    const key = this.asked.shift() ?? "nothing was asked";
    const before = this.values.get(key);
    if (before !== undefined) this.hits++;
    if (before !== undefined && before !== raw) {
      const fault = `${key}: ${before} became ${raw} untold`;
      if (raw === "_\r\n") this.unexplained.set(key, fault);
      else this.faults.push(fault);
    }
    this.values.set(key, raw);
  }

  private forget(key: string): void {
    this.values.delete(key);
    this.unexplained.delete(key);
  }
}

const seed = Number(process.env["TRACKING_SEED"] ?? Date.now()) >>> 0;

test.each([1, 4])(`caches over %i shards are never stale, TRACKING_SEED=${seed}`, (shards) => {
  const rng = new Rng(seed);
  const pick = (from: readonly string[]): string => from[rng.below(from.length)] as string;
  const server = createTestServer({ shards, seed });
  const writers = [server.connect(), server.connect()];
  const readers = ["CLIENT TRACKING ON", "CLIENT TRACKING ON BCAST", "CLIENT TRACKING ON"].map((how) => {
    const client = server.connect();
    client.send(`HELLO 3\r\n${how}\r\n`);
    client.take();
    return { client, cache: new Cache() };
  });
  for (let round = 0; round < 3000; round++) {
    const drawn = rng.below(10);
    if (drawn < 5) {
      const { client, cache } = readers[rng.below(readers.length)] as (typeof readers)[number];
      for (let left = 1 + rng.below(3); left > 0; left--) cache.ask(client, pick(keys));
    } else if (drawn < 9) {
      const calls = pick(writes)
        .replaceAll(/\bK\b/g, () => pick(keys))
        .replaceAll(/\bV\b/g, () => `${rng.below(1000)}`);
      const writer = writers[rng.below(writers.length)] as TestClient;
      for (const call of calls.split("; ")) writer.send(encodeRequest(call.split(" ")));
      writer.take();
    } else server.advance(rng.below(30));
    for (const { client, cache } of readers) cache.hear(client.take());
  }
  expect(writers.map(({ isClosed }) => isClosed)).toEqual([false, false]);
  for (const { cache } of readers) {
    expect(cache.faults).toEqual([]);
    // It did serve, and did hear.
    expect([cache.hits > 50, cache.messages > 50]).toEqual([true, true]);
  }
});
