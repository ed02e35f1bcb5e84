import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestServer, type TestServer } from "../testing/command-runner.ts";
import { DATABASES, readData, removeShortLived } from "../testing/data-reading.ts";
import { stateOf } from "../testing/data-state.ts";
import { DrawnData } from "../testing/drawn-data.ts";
import { olderPayloads, rdbString } from "../testing/older-payloads.ts";
import { savedBy, startedWith } from "../testing/snapshot-file.ts";
import { hasStockRedis, type RawStockRedis, startStockRedis } from "../testing/stock-server.ts";

const seeds = (process.env["SNAPSHOT_SEEDS"] ?? "1,2,3").split(",").map(Number);
const ask =
  (server: TestServer) =>
  (...words: readonly string[]): string =>
    server.run(...words);
const askStock =
  (stock: RawStockRedis) =>
  (...words: readonly string[]): Promise<string> =>
    stock.run(...words);

describe.skipIf(!hasStockRedis())("files carried between a stock Redis and this server", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "snapshot-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function stockWith(
    bytes: Uint8Array | undefined,
    flags: readonly string[] = [],
  ): Promise<RawStockRedis> {
    const path = join(folder, "dump.rdb");
    rmSync(path, { force: true });
    if (bytes !== undefined) writeFileSync(path, bytes);
    const stock = await startStockRedis(["--dir", folder, ...flags]);
    if (stock === undefined) throw new Error("there is a stock server, and it did not start");
    return stock;
  }

  async function savedByStock(stock: RawStockRedis): Promise<Uint8Array> {
    expect(await stock.run("SAVE")).toBe("+OK\r\n");
    return readFileSync(join(folder, "dump.rdb"));
  }

  test.for(seeds)(
    "ours is loaded as it was saved, and comes back the same, seed %i",
    { timeout: 60_000 },
    async (seed) => {
      const server = createTestServer({ shards: 1 + (seed % 3), nowMs: Date.now() });
      new DrawnData(server, seed, true).fill(3000, 100);
      await removeShortLived(ask(server), Date.now());
      server.run("FUNCTION", "FLUSH");
      server.run(
        "FUNCTION",
        "LOAD",
        "#!lua name=lib\nredis.register_function('answer', function() return 42 end)",
      );
      const stock = await stockWith(savedBy(server));
      try {
        for (let db = 0; db < DATABASES; db++) {
          expect(await readData(askStock(stock), db)).toEqual(await readData(ask(server), db));
        }
        expect(await stock.run("FCALL", "answer", "0")).toBe(":42\r\n");
        // Loading chooses encodings anew.
        const { server: again } = startedWith(savedBy(server), { nowMs: server.server.everything.nowMs });
        for (let db = 0; db < DATABASES; db++) {
          expect(await readData(ask(again), db, true)).toEqual(await readData(askStock(stock), db, true));
        }
        const back = startedWith(await savedByStock(stock), { nowMs: server.server.everything.nowMs });
        expect(back.failure).toBeUndefined();
        expect(stateOf(back.server)).toEqual(stateOf(server));
      } finally {
        await stock.stop();
      }
    },
  );

  // Small limits make its packed forms large early, so that both are met.
  const limits: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    packed: {},
    large: {
      "hash-max-listpack-entries": "2",
      "zset-max-listpack-entries": "2",
      "set-max-intset-entries": "2",
      "list-max-listpack-size": "3",
      rdbcompression: "no",
    },
    unchecked: { rdbchecksum: "no" },
  };

  test.for(Object.keys(limits))(
    "what a stock server made and saved is loaded, %s",
    { timeout: 60_000 },
    async (name) => {
      const directives = Object.entries(limits[name] ?? {});
      const stock = await stockWith(
        undefined,
        directives.flatMap(([directive, value]) => [`--${directive}`, value]),
      );
      // Whoever loads chooses encodings by its own limits, and a compact sorted set has no -0.
      const config = Object.fromEntries(directives.filter(([directive]) => directive.includes("-max-")));
      try {
        const mirror = createTestServer({ nowMs: Date.now() });
        const words: string[][] = [];
        const record = {
          server: mirror.server,
          run: (...call: (string | number)[]) => words.push(call.map(String)) && "",
        };
        new DrawnData(record as unknown as TestServer, 7, true).fill(2000, 100);
        for (const call of words) await stock.run(...call);
        await removeShortLived(askStock(stock), Date.now());
        const loaded = startedWith(await savedByStock(stock), { shards: 2, nowMs: Date.now(), config });
        expect(loaded.failure).toBeUndefined();
        for (let db = 0; db < DATABASES; db++) {
          expect(await readData(ask(loaded.server), db)).toEqual(await readData(askStock(stock), db));
        }
      } finally {
        await stock.stop();
      }
    },
  );

  test("the forms of older versions are loaded as a stock server loads them", async () => {
    const parts: Buffer[] = [Buffer.from("REDIS0004"), Buffer.of(254, 3)];
    const expiry = Buffer.alloc(5, 253);
    expiry.writeUInt32LE(2_000_000_000, 1);
    for (const [name, payload] of Object.entries(olderPayloads)) {
      parts.push(expiry, payload.subarray(0, 1), rdbString(Buffer.from(name)), payload.subarray(1));
    }
    // Over in 1970, and without an expiry.
    parts.push(Buffer.of(253, 1, 0, 0, 0, 0), rdbString(Buffer.from("over")), rdbString(Buffer.from("x")));
    parts.push(Buffer.of(0), rdbString(Buffer.from("plain")), Buffer.of(0xc1, 0x39, 0x30), Buffer.of(255));
    const file = Buffer.concat(parts);
    const stock = await stockWith(file);
    try {
      const { server, failure } = startedWith(file);
      expect(failure).toBeUndefined();
      const data = await readData(ask(server), 3);
      expect(data).toHaveLength(Object.keys(olderPayloads).length + 1);
      expect(data).toEqual(await readData(askStock(stock), 3));
    } finally {
      await stock.stop();
    }
  });
});
