import { expect, test } from "vitest";
import { Chance } from "../../compat/generator/chance.ts";
import { createTestServer, type TestServer } from "../testing/command-runner.ts";
import { damaged, resealed } from "../testing/damage.ts";
import { readData } from "../testing/data-reading.ts";
import { DrawnData } from "../testing/drawn-data.ts";
import { olderPayloads, rdbString } from "../testing/older-payloads.ts";
import { savedBy } from "../testing/snapshot-file.ts";

// The whole: DAMAGED_FILES=100000 npx vitest run src/persistence/damaged-files.test.ts
const count = Number(process.env["DAMAGED_FILES"] ?? 400);
const seed = Number(process.env["DAMAGED_SEED"] ?? 0) || 1 + Math.floor(Math.random() * 1e9);
/** Of one damaged file: what a small file may make a server take. */
const BYTES_MAX = 64 * 1024 * 1024;
const MS_MAX = 2000;

const removeLong =
  "for _, key in ipairs(redis.call('keys', '*')) do if #redis.call('dump', key) > 1500 then redis.call('del', key) end end";

// Files of a few kilobytes, so that damage meets all that stands in them.
function files(chance: Chance): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let i = 0; i < 6; i++) {
    const limits = {
      "hash-max-listpack-entries": "4",
      "zset-max-listpack-entries": "4",
      "set-max-intset-entries": "4",
    };
    const config = {
      ...(i % 2 === 0 ? {} : limits),
      "maxmemory-policy": i < 3 ? "noeviction" : "allkeys-lru",
    };
    const server = createTestServer({ config });
    const drawn = new DrawnData(server, chance.below(1e9), i % 3 === 0);
    for (let calls = 0; calls < 250; calls++) drawn.call();
    for (let j = 0; j < 12; j++) {
      server.run("HSET", "h", `f${j}`, "v".repeat(j * 8));
      server.run("ZADD", "z", j / 3, `m${j}`);
      server.run("SADD", "s", `m${j}`, j);
      server.run("SADD", "i", j * 1000);
      server.run("RPUSH", "l", `element ${j}`, j);
      server.run("XADD", "x", `${j + 1}-1`, "f", j);
    }
    server.run("HSET", "timed", "a", "1", "b", "2");
    if (i % 3 !== 0) server.run("HPEXPIRE", "timed", "100000", "FIELDS", "1", "a");
    server.run("XGROUP", "CREATE", "x", "g", "0");
    server.run("XREADGROUP", "GROUP", "g", "c", "COUNT", "5", "STREAMS", "x", ">");
    server.run("FUNCTION", "FLUSH");
    // Long values would only make damage rarer where it tells.
    for (let db = 0; db < 16; db++) {
      server.run("SELECT", db);
      server.run("EVAL", removeLong, 0);
    }
    found.push(savedBy(server));
  }
  const parts: Uint8Array[] = [Buffer.from("REDIS0009")];
  for (const [name, payload] of Object.entries(olderPayloads)) {
    parts.push(payload.subarray(0, 1), rdbString(Buffer.from(name)), payload.subarray(1));
  }
  found.push(resealed(Buffer.concat([...parts, Buffer.of(255), Buffer.alloc(8)])));
  return found;
}

// One server for all: starting one costs more than loading such a file.
function loadInto(server: TestServer, file: Uint8Array): string | undefined {
  server.run("FLUSHALL");
  server.files.contents.set("dump.rdb", file);
  let failure: string | undefined = "it is still loading";
  server.server.persistence.loadAtStart((reason) => {
    failure = reason;
  });
  while (server.server.persistence.isLoading) server.advance(0);
  return failure;
}

test(`${count} damaged files are refused with a reason, or what they hold can be used, seed ${seed}`, {
  timeout: 60_000 + count * 50,
}, async () => {
  const chance = new Chance(seed);
  const originals = files(chance);
  const server = createTestServer();
  const other = createTestServer({ shards: 2 });
  const reasons = new Map<string, number>();
  let accepted = 0;
  for (let i = 0; i < count; i++) {
    const own = new Chance(seed * 1_000_003 + i);
    const file = resealed(damaged(own.pick(originals), own));
    const hint = `file ${i} of seed ${seed}`;
    const startMs = performance.now();
    let failure: string | undefined;
    try {
      failure = loadInto(server, file);
    } catch (error) {
      throw new Error(hint, { cause: error });
    }
    expect([hint, server.server.usedBytes() < BYTES_MAX]).toEqual([hint, true]);
    expect([hint, performance.now() - startMs < MS_MAX]).toEqual([hint, true]);
    if (failure === undefined) {
      accepted++;
      if (!own.oneIn(4)) continue;
      // What was taken in can be read, saved, and loaded again.
      const before = await readData((...words) => server.run(...words), 0);
      expect([hint, loadInto(other, savedBy(server))]).toEqual([hint, undefined]);
      expect([hint, await readData((...words) => other.run(...words), 0)]).toEqual([hint, before]);
      continue;
    }
    if (!/^Fatal error loading the DB: dump\.rdb: .+ \(at byte \d+\)\.$/.test(failure))
      throw new Error(`${hint}: ${failure}`);
    const reason = failure.replace(/\d+/g, "N").replace(/".*?"/g, "S");
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  const told = [...reasons].map(([reason, times]) => `${times} ${reason}`);
  console.log(`seed ${seed}: ${accepted} of ${count} files loaded\n${told.join("\n")}`);
  expect(reasons.size).toBeGreaterThan(4);
  expect(accepted).toBeGreaterThan(0);
});
