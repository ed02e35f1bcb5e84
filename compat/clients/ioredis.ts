// Applications over ioredis, in RESP2 and in RESP3.

import { Redis } from "ioredis";
import { type Flow, isAbout, type Place, refusal, until } from "./flow.ts";

type Application = {
  readonly name: string;
  readonly needs: readonly string[];
  readonly run: (open: (options?: object) => Redis) => Promise<unknown>;
};

const applications: readonly Application[] = [
  {
    name: "a cache in front of a slow source, with a lock against stampedes",
    needs: ["set", "get", "mget", "del", "pttl"],
    run: async (open) => {
      const redis = open({ keyPrefix: "app:" });
      const loads: string[] = [];
      // Whoever gets the lock loads; the others read again until the value is there.
      const cached = async (id: string): Promise<string> => {
        const hit = await redis.get(`item:${id}`);
        if (hit !== null) return hit;
        if ((await redis.set(`lock:${id}`, "1", "PX", 60_000, "NX")) === "OK") {
          loads.push(id);
          const value = JSON.stringify({ id, name: `Name of ${id} \u00e9\u{1f600}` });
          await redis.pipeline().set(`item:${id}`, value, "EX", 100).del(`lock:${id}`).exec();
          return value;
        }
        return (
          (await until(
            () => redis.get(`item:${id}`),
            (value) => value !== null,
          )) ?? ""
        );
      };
      const ids = ["1", "2", "1", "3", "1", "2"];
      const values = await Promise.all(ids.map(cached));
      const again = await redis.mget(ids.map((id) => `item:${id}`));
      const ttl = await redis.pttl("item:1");
      return [loads.sort(), values, again, isAbout(ttl, 100_000, 20_000), await redis.exists("lock:1")];
    },
  },
  {
    name: "a rate limiter with fixed windows",
    needs: ["incr", "expire", "ttl"],
    run: async (open) => {
      const redis = open();
      const allowed = async (user: string): Promise<boolean> => {
        const results = await redis.pipeline().incr(`rate:${user}`).expire(`rate:${user}`, 100, "NX").exec();
        return Number(results?.[0]?.[1]) <= 3;
      };
      const verdicts: boolean[] = [];
      for (let i = 0; i < 5; i++) verdicts.push(await allowed("ann"));
      return [verdicts, await allowed("bob"), isAbout(await redis.ttl("rate:ann"), 100, 20)];
    },
  },
  {
    name: "counters from many calls at once, pipelined by the client itself",
    needs: ["incrby", "incrbyfloat", "get"],
    run: async (open) => {
      const redis = open({ enableAutoPipelining: true });
      const sums = await Promise.all(Array.from({ length: 500 }, (_, i) => redis.incrby("sum", i)));
      const float = await redis.incrbyfloat("float", "0.1");
      return [sums.at(-1), new Set(sums).size, await redis.get("sum"), float];
    },
  },
  {
    name: "binary values, bitmaps and large values",
    needs: ["set", "get", "setbit", "bitcount", "getrange"],
    run: async (open) => {
      const redis = open();
      const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
      const large = Buffer.alloc(3 << 20, "0123456789abcdef");
      await Promise.all([
        redis.set("bytes", bytes),
        redis.set("large", large),
        redis.setbit("bits", 1000, 1),
      ]);
      const [back, largeBack] = [await redis.getBuffer("bytes"), await redis.getBuffer("large")];
      return [
        back?.equals(bytes),
        largeBack?.equals(large),
        await redis.bitcount("bits"),
        await redis.getrange("large", 16, 20),
      ];
    },
  },
  {
    name: "a walk over all keys by streams",
    needs: ["mset", "scan", "unlink"],
    run: async (open) => {
      const redis = open();
      const pairs = Array.from({ length: 1000 }, (_, i) => [
        `${i % 2 === 0 ? "user" : "order"}:${i}`,
        `${i}`,
      ]);
      await redis.mset(pairs.flat());
      const found = new Set<string>();
      for await (const keys of redis.scanStream({ match: "user:*", count: 50 })) {
        for (const key of Array.isArray(keys) ? keys : []) found.add(String(key));
      }
      const removed = await redis.unlink([...found]);
      return [found.size, removed, await redis.dbsize()];
    },
  },
  {
    name: "errors reach the call that caused them",
    needs: ["set", "incr"],
    run: async (open) => {
      const redis = open();
      await redis.set("text", "abc");
      const results = await redis.pipeline().incr("text").call("NOSUCHCOMMAND").get("text").exec();
      return [
        results?.map(([error, value]) => error?.message ?? value),
        await refusal(redis.incr("text")),
        await refusal(redis.call("set", "a")),
      ];
    },
  },
  {
    name: "a client that is killed connects again and asks again",
    needs: ["client|kill", "client|id", "get", "set"],
    run: async (open) => {
      const [redis, admin] = [open(), open()];
      await redis.set("key", "value");
      const id = await redis.client("ID");
      const killed = await admin.client("KILL", "ID", id);
      const value = await redis.get("key");
      return [killed, value, (await redis.client("ID")) !== id];
    },
  },
  {
    name: "transactions with a watched key",
    needs: ["multi", "exec", "watch", "discard"],
    run: async (open) => {
      const [redis, other] = [open(), open()];
      await redis.set("stock", "1");
      await redis.watch("stock");
      await other.set("stock", "0");
      const refused = await redis.multi().decr("stock").exec();
      const taken = await redis.multi().incrby("stock", 5).get("stock").exec();
      return [refused, taken];
    },
  },
  {
    name: "publish and subscribe",
    needs: ["publish", "subscribe", "psubscribe", "unsubscribe"],
    run: async (open) => {
      const [subscriber, publisher] = [open(), open()];
      const heard: string[] = [];
      subscriber.on("message", (channel, message) => void heard.push(`${channel}=${message}`));
      subscriber.on(
        "pmessage",
        (pattern, channel, message) => void heard.push(`${pattern}:${channel}=${message}`),
      );
      await subscriber.subscribe("news");
      await subscriber.psubscribe("new*");
      const counts = [await publisher.publish("news", "one"), await publisher.publish("newer", "two")];
      await until(
        async () => heard.length,
        (count) => count >= 3,
      );
      return [counts, heard.sort(), await subscriber.unsubscribe("news")];
    },
  },
  {
    name: "a lock that only its owner releases, by a script",
    needs: ["eval", "evalsha", "set"],
    run: async (open) => {
      const redis = open();
      redis.defineCommand("release", {
        numberOfKeys: 1,
        lua: 'if redis.call("get", KEYS[1]) == ARGV[1] then return redis.call("del", KEYS[1]) else return 0 end',
      });
      const release = async (owner: string): Promise<unknown> =>
        Reflect.apply(Reflect.get(redis, "release"), redis, ["lock", owner]);
      await redis.set("lock", "ann", "PX", 60_000, "NX");
      return [await release("bob"), await release("ann"), await release("ann")];
    },
  },
  {
    name: "a work queue with blocking pops",
    needs: ["lpush", "brpop", "blmove", "lrem", "lrange"],
    run: async (open) => {
      const [worker, producer] = [open(), open()];
      const waiting = worker.brpop("jobs", 20);
      await producer.lpush("jobs", "first", "second");
      const taken = await waiting;
      const moved = await worker.blmove("jobs", "doing", "RIGHT", "LEFT", 20);
      return [taken, moved, await producer.lrange("doing", 0, -1), await producer.lrem("doing", 1, "second")];
    },
  },
  {
    name: "a leaderboard and a shopping cart",
    needs: ["zadd", "zincrby", "zrange", "zrevrank", "hset", "hincrby", "hgetall", "sadd", "sinter"],
    run: async (open) => {
      const redis = open();
      await redis.zadd("board", 10, "ann", 20, "bob", 15, "cid");
      await redis.zincrby("board", 7.5, "ann");
      await redis.hset("cart", { apple: 1, pear: 2 });
      await redis.hincrby("cart", "apple", 4);
      await redis.sadd("a", "1", "2", "3");
      await redis.sadd("b", "2", "3", "4");
      return [
        await redis.zrange("board", "0", "-1", "REV", "WITHSCORES"),
        await redis.zrevrank("board", "ann"),
        await redis.hgetall("cart"),
        (await redis.sinter("a", "b")).sort(),
      ];
    },
  },
  {
    name: "a stream with a group of consumers",
    needs: ["xadd", "xgroup", "xreadgroup", "xack", "xpending", "xlen"],
    run: async (open) => {
      const redis = open();
      await redis.xgroup("CREATE", "events", "workers", "$", "MKSTREAM");
      for (let i = 1; i <= 3; i++) await redis.xadd("events", `${i}-0`, "n", `${i}`);
      const read = await redis.xreadgroup("GROUP", "workers", "w1", "COUNT", 2, "STREAMS", "events", ">");
      const acked = await redis.xack("events", "workers", "1-0");
      return [read, acked, await redis.xlen("events"), (await redis.xpending("events", "workers"))[0]];
    },
  },
];

// In RESP3 the library does not hand over what it is told.
const inResp2: Application = {
  name: "a cache that another connection keeps true",
  needs: ["client|tracking", "subscribe", "mget", "mset"],
  run: async (open) => {
    const [listener, reader, writer] = [open(), open(), open()];
    const heard: string[] = [];
    listener.on("message", (_channel, keys) => void heard.push(String(keys)));
    const id = await listener.client("ID");
    await listener.subscribe("__redis__:invalidate");
    await reader.call("CLIENT", "TRACKING", "ON", "REDIRECT", `${id}`);
    await writer.mset("a", "1", "b", "1");
    const values = await reader.mget("a", "b");
    await writer.mset("a", "2", "b", "2");
    await until(
      async () => heard.length,
      (count) => count >= 2,
    );
    return [values, heard.sort()];
  },
};

export const ioredisFlows: readonly Flow[] = ([2, 3] as const).flatMap((protocol) =>
  [...applications, ...(protocol === 2 ? [inResp2] : [])].map(({ name, needs, run }) => ({
    name: `ioredis, RESP${protocol}: ${name}`,
    needs,
    run: (place: Place) => withClients((options) => new Redis({ ...place, ...options, protocol }), run),
  })),
);

// Whatever the application opens is closed behind it.
async function withClients(make: (options?: object) => Redis, run: Application["run"]): Promise<unknown> {
  const opened: Redis[] = [];
  try {
    return await run((options) => {
      const redis = make(options);
      redis.on("error", () => {}); // A call that it concerns fails with it.
      opened.push(redis);
      return redis;
    });
  } finally {
    for (const redis of opened) redis.disconnect();
  }
}
