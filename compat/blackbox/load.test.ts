import { createHash } from "node:crypto";
import { once } from "node:events";
import { createConnection } from "node:net";
import { Redis } from "ioredis";
import { expect, test } from "vitest";
import { encodeRequest } from "../resp/request.ts";
import { residentBytes } from "../servers/pair.ts";
import { ask, bothServers, hasStock } from "./both.ts";

const { onBoth, pair } = bothServers(7568);
const compared = test.skipIf(!hasStock);

compared("a pipeline of 100,000 calls is answered in order and in full", async () => {
  const calls = Array.from({ length: 50_000 }, (_, i) => [
    ["SET", `p:${i % 1000}`, `${i}`],
    ["GET", `p:${i % 1000}`],
  ]).flat();
  const { stock, shadis } = await onBoth(async (_, open) => {
    const connection = await open();
    connection.send(Buffer.concat(calls.map(encodeRequest)));
    const bytes = await connection.readToEnd(30_000);
    return {
      sizeBytes: bytes?.length,
      digest: createHash("sha1")
        .update(bytes ?? "")
        .digest("hex"),
    };
  });
  expect(shadis).toEqual(stock);
});

compared(
  "a client that does not read what it asks for costs bounded memory, stops nobody, and gets all in the end",
  async () => {
    const valueBytes = 1_000_000;
    const calls = 300;
    const { shadis } = await onBoth(async (server, open) => {
      const admin = await open();
      const value = Array.from({ length: valueBytes / 10 }, (_, i) => String(1_000_000_000 + i)).join("");
      await ask(admin, "SET", "big", value);
      const before = residentBytes(server) ?? 0;
      const slow = createConnection(server.port, "127.0.0.1");
      await once(slow, "connect");
      slow.pause();
      slow.write(Buffer.concat(Array.from({ length: calls }, () => encodeRequest(["GET", "big"]))));
      // Others are asked many times over, so the slow one's calls are met meanwhile.
      const served = new Set<string>();
      let most = 0;
      for (let i = 0; i < 3000; i++) {
        served.add(await ask(admin, "PING"));
        if (i % 100 === 0) most = Math.max(most, residentBytes(server) ?? 0);
      }
      const digest = createHash("sha1");
      let left = calls * (`$${valueBytes}\r\n`.length + valueBytes + 2);
      slow.on("data", (chunk: Buffer) => {
        digest.update(chunk);
        left -= chunk.length;
        if (left <= 0) slow.destroy();
      });
      slow.resume();
      await once(slow, "close");
      const expected = createHash("sha1");
      for (let i = 0; i < calls; i++) expected.update(`$${valueBytes}\r\n${value}\r\n`);
      return {
        served: [...served],
        isWhole: left === 0 && digest.digest("hex") === expected.digest("hex"),
        growth: most - before,
      };
    });
    expect(shadis.served).toEqual(["+PONG\r\n"]);
    expect(shadis.isWhole).toBe(true);
    // Redis would hold all 300 MB; here reading stops while the output of a client waits.
    expect(shadis.growth).toBeLessThan(150_000_000);
  },
);

compared(
  "ioredis gives the same results from both: strings, buffers, errors, pipelines, scan streams",
  async () => {
    const results: unknown[] = [];
    for (const { port } of [pair().stock, pair().candidate]) {
      const redis = new Redis({
        port,
        host: "127.0.0.1",
        db: 4,
        connectionName: "black box",
        maxRetriesPerRequest: 1,
      });
      try {
        await redis.flushdb();
        const pipeline = redis.pipeline();
        for (let i = 0; i < 500; i++) pipeline.set(`s:${i}`, `value ${i}`, "EX", 1000 + i);
        const written = await pipeline.exec();
        const scanned: string[] = [];
        for await (const keys of redis.scanStream({ match: "s:*", count: 50 }))
          scanned.push(...(keys as string[]));
        results.push({
          written: written?.length,
          scanned: [...new Set(scanned)].sort(),
          value: await redis.get("s:7"),
          ttl: await redis.ttl("s:7"),
          bytes: (await redis.getBuffer("s:8"))?.toString("hex"),
          several: await redis.mget("s:1", "none", "s:2"),
          raw: await redis.set(Buffer.from([0, 255, 10]), Buffer.from([13, 10, 0])),
          back: (await redis.getBuffer(Buffer.from([0, 255, 10])))?.toString("hex"),
          error: await redis.incr("s:7").catch((error: Error) => error.message),
          name: await redis.client("GETNAME"),
          removed: await redis.del("s:1", "s:2", "none"),
          left: await redis.dbsize(),
          numbers: [await redis.incrby("n", 41), await redis.incrbyfloat("n", 0.5), await redis.decr("m")],
          config: await redis.config("GET", "maxmemory-policy"),
        });
      } finally {
        redis.disconnect();
      }
    }
    expect(results[1]).toEqual(results[0]);
  },
);
