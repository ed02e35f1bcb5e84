import { expect, test } from "vitest";
import { createTestServer, type TestServer } from "../testing/command-runner.ts";
import { stateOf } from "../testing/data-state.ts";
import { DrawnData, largeKeys } from "../testing/drawn-data.ts";
import { ByteSource } from "./byte-source.ts";
import { Loader } from "./loader.ts";
import { Snapshot, type SnapshotOptions } from "./snapshot.ts";

const seeds = (process.env["SNAPSHOT_SEEDS"] ?? "1,2,3,4").split(",").map(Number);

function snapshotOf(server: TestServer, options: Partial<SnapshotOptions> = {}): Snapshot {
  return new Snapshot({
    shards: server.server.coordinator.shards.map(({ databases }) => databases),
    libraries: [],
    aux: [["redis-ver", "7.0.15"]],
    isCompressed: true,
    hasChecksum: true,
    use: "none",
    ...options,
  });
}

class Bytes {
  private readonly parts: Uint8Array[] = [];

  takeFrom(snapshot: Snapshot): void {
    const { bytes, sizeBytes } = snapshot.take(new Uint8Array(64));
    this.parts.push(bytes.slice(0, sizeBytes));
  }

  get all(): Uint8Array {
    return Buffer.concat(this.parts);
  }
}

function wholeOf(snapshot: Snapshot): Uint8Array {
  const bytes = new Bytes();
  while (snapshot.step()) if (snapshot.readyBytes > 1000) bytes.takeFrom(snapshot);
  bytes.takeFrom(snapshot);
  return bytes.all;
}

function load(server: TestServer, bytes: Uint8Array, windowBytes = 1 << 20): Loader {
  const source = new ByteSource(
    bytes.length,
    (offset, target, start, end) => {
      const some = bytes.subarray(offset, offset + end - start);
      target.set(some, start);
      return some.length;
    },
    windowBytes,
  );
  const { everything, config } = server.server;
  const loader = new Loader({
    source,
    keyspace: everything,
    databases: config.databases,
    nowMs: everything.nowMs,
    isMerging: false,
    isChecked: true,
    loadLibrary: () => "there are none here",
  });
  while (loader.loadSome(100) === "more");
  return loader;
}

function loaded(
  bytes: Uint8Array,
  options: { shards: number; nowMs: number; windowBytes?: number },
): string[] {
  const server = createTestServer({ shards: options.shards, nowMs: options.nowMs });
  const loader = load(server, bytes, options.windowBytes);
  expect(loader.failure).toBeUndefined();
  return stateOf(server);
}

test.for(seeds)(
  "what is loaded is what was saved, values of every type, seed %i",
  { timeout: 60_000 },
  (seed) => {
    const server = createTestServer({ shards: 1 + (seed % 3) });
    new DrawnData(server, seed).fill(4000);
    server.run("FUNCTION", "FLUSH"); // Libraries travel with files: src/server/persistence.test.ts.
    const bytes = wholeOf(snapshotOf(server));
    const { nowMs } = server.server.everything;
    const state = stateOf(server);
    expect(loaded(bytes, { shards: 1, nowMs })).toEqual(state);
    expect(loaded(bytes, { shards: 4, nowMs, windowBytes: 64 })).toEqual(state);
  },
);

test.for(seeds)(
  "a snapshot is the data of its start, whatever is changed between its steps, seed %i",
  { timeout: 60_000 },
  (seed) => {
    const server = createTestServer({ shards: 1 + (seed % 3) });
    const drawn = new DrawnData(server, seed);
    drawn.fill(2000);
    const { chance } = drawn;
    server.advance(1);
    // The same without any change, so that what expires meanwhile is left out of both.
    const still = wholeOf(snapshotOf(server));
    const snapshot = snapshotOf(server);
    snapshot.attach();
    const bytes = new Bytes();
    const isBusy = chance.oneIn(3);
    while (snapshot.step()) {
      for (let i = chance.below(isBusy ? 40 : 4); i > 0; i--) drawn.call();
      if (chance.oneIn(10)) server.advance(chance.below(20));
      if (chance.oneIn(3)) bytes.takeFrom(snapshot);
    }
    bytes.takeFrom(snapshot);
    snapshot.detach();
    const { nowMs } = server.server.everything;
    expect(loaded(bytes.all, { shards: 2, nowMs })).toEqual(loaded(still, { shards: 1, nowMs }));
    expect(snapshot.keysWritten).toBe(snapshot.keysTotal);
  },
);

test.for([
  ["other keys", []],
  ["itself", largeKeys],
] as const)("a large collection that is half written is not disturbed by a change of %s", ([, changed]) => {
  const server = createTestServer();
  new DrawnData(server, 5).fill(0, 400);
  const still = wholeOf(snapshotOf(server));
  const snapshot = snapshotOf(server);
  snapshot.attach();
  const bytes = new Bytes();
  for (let i = 0; snapshot.step(); i++) {
    // Of every type something is written aside while a large one is under way.
    server.run("SET", `key:${i % 400}`, "changed");
    server.run("APPEND", `key:${(i * 7) % 400}`, "changed");
    const key = changed[i % 37];
    if (key !== undefined) server.run("RENAME", key, `${key}:${i}`);
    if (i % 5 === 0) bytes.takeFrom(snapshot);
  }
  bytes.takeFrom(snapshot);
  snapshot.detach();
  const { nowMs } = server.server.everything;
  expect(loaded(bytes.all, { shards: 1, nowMs })).toEqual(loaded(still, { shards: 1, nowMs }));
});
