// Libraries that applications put between themselves and a client: caches, sessions, limits, queues.

import KeyvRedis from "@keyv/redis";
import { Queue, QueueEvents, Worker } from "bullmq";
import { Cacheable } from "cacheable";
import { RedisStore } from "connect-redis";
import { Redis } from "ioredis";
import { Keyv } from "keyv";
import { RateLimiterRedis } from "rate-limiter-flexible";
import { createClient } from "redis";
import { type Flow, isAbout, type Place, until } from "./flow.ts";

const url = ({ host, port }: Place): string => `redis://${host}:${port}`;

export const libraryFlows: readonly Flow[] = [
  {
    name: "keyv: values with times to live, in namespaces",
    needs: ["set", "get", "mget", "unlink", "scan"],
    run: async (place) => {
      const stores = ["users", "orders"].map(
        (namespace) => new Keyv({ store: new KeyvRedis(url(place)), namespace }),
      );
      const [users, orders] = stores as [Keyv, Keyv];
      try {
        await users.set("1", { name: "Ann", tags: ["a", "b"] });
        await users.set("2", "Bob", 100_000);
        await users.set("3", "gone", 1);
        await orders.set("1", 42);
        const gone = await until(
          () => users.get("3"),
          (value) => value === undefined,
        );
        const read = [await users.get("1"), await users.get("2"), await users.getMany(["1", "none"]), gone];
        const removed = [await users.delete("1"), await users.delete("1"), await users.has("2")];
        await users.clear();
        return [read, removed, await users.get("2"), await orders.get("1")];
      } finally {
        for (const store of stores) await store.disconnect();
      }
    },
  },
  {
    name: "cacheable: two layers, the second one shared",
    needs: ["set", "get", "unlink"],
    run: async (place) => {
      const caches = [1, 2].map(
        () => new Cacheable({ secondary: new Keyv({ store: new KeyvRedis(url(place)) }) }),
      );
      const [one, two] = caches as [Cacheable, Cacheable];
      try {
        await one.set("key", { n: 1 }, "1h");
        const shared = await two.get("key");
        let calls = 0;
        const wrapped = two.wrap(
          async (n: unknown) => {
            calls += 1;
            return Number(n) * 2;
          },
          { ttl: "1h", keyPrefix: "double" },
        );
        const results = [await wrapped(21), await wrapped(21)];
        await one.delete("key");
        const other = new Cacheable({ secondary: new Keyv({ store: new KeyvRedis(url(place)) }) });
        caches.push(other);
        return [shared, results, calls, await other.get("key")];
      } finally {
        for (const cache of caches) await cache.disconnect();
      }
    },
  },
  {
    name: "connect-redis: a session store",
    needs: ["set", "get", "mget", "expire", "del", "scan"],
    run: async (place) => {
      const client = createClient({ url: url(place) }).on("error", () => {});
      await client.connect();
      try {
        const store = new RedisStore({ client, prefix: "sess:", ttl: 1000 });
        const session = { cookie: { originalMaxAge: null }, user: "ann" };
        await store.set("a", session);
        await store.set("b", { ...session, user: "bob" });
        const read = await store.get("a");
        await store.touch("a", session);
        const ttl = await client.ttl("sess:a");
        const ids = await store.ids();
        const all = await store.all();
        await store.destroy("a");
        const left = [await store.get("a"), await store.length()];
        await store.clear();
        return [read, isAbout(ttl, 1000, 20), ids.sort(), all.length, left, await store.length()];
      } finally {
        client.destroy();
      }
    },
  },
  {
    name: "rate-limiter-flexible: points by a script",
    needs: ["eval", "evalsha", "pttl", "incrby", "pexpire"],
    run: async (place) => {
      const redis = new Redis({ ...place });
      try {
        const limiter = new RateLimiterRedis({ storeClient: redis, points: 2, duration: 100 });
        const results: unknown[] = [];
        for (let i = 0; i < 3; i++) {
          const verdict: unknown = await limiter.consume("ann").catch((refused: unknown) => refused);
          const remaining: unknown =
            typeof verdict === "object" && verdict !== null && Reflect.get(verdict, "remainingPoints");
          results.push(remaining);
        }
        return results;
      } finally {
        redis.disconnect();
      }
    },
  },
  {
    name: "BullMQ: jobs that succeed, fail and try again, and are delayed",
    needs: ["eval", "evalsha", "xadd", "zadd", "hset", "lpush", "bzpopmin", "xread"],
    run: async (place) => {
      const connection = { ...place, maxRetriesPerRequest: null };
      const queue = new Queue("jobs", { connection });
      const events = new QueueEvents("jobs", { connection });
      const seen: string[] = [];
      const worker = new Worker(
        "jobs",
        async (job) => {
          seen.push(`${job.name}:${job.attemptsMade}`);
          if (job.name === "flaky" && job.attemptsMade === 0) throw new Error("at first");
          return job.data.n * 2;
        },
        { connection, concurrency: 1 },
      );
      try {
        await events.waitUntilReady();
        const jobs = [
          await queue.add("plain", { n: 1 }),
          await queue.add("flaky", { n: 2 }, { attempts: 2, backoff: { type: "fixed", delay: 10 } }),
          await queue.add("delayed", { n: 3 }, { delay: 50 }),
          await queue.add("urgent", { n: 4 }, { priority: 1 }),
        ];
        const results = await Promise.all(jobs.map((job) => job.waitUntilFinished(events, 20_000)));
        const counts = await queue.getJobCounts("completed", "failed", "waiting", "delayed");
        return [results, seen.sort(), counts];
      } finally {
        await worker.close();
        await events.close();
        await queue.close();
      }
    },
  },
];
