// Applications over node-redis, in RESP2 and in RESP3.

import { BasicClientSideCache, createClient, RESP_TYPES } from "redis";
import { type Flow, isAbout, type Place, refusal, until } from "./flow.ts";

const open = (place: Place, RESP: 2 | 3) =>
  createClient({ socket: { ...place }, RESP }).on("error", () => {});
type Client = ReturnType<typeof open>;

type Application = {
  readonly name: string;
  readonly needs: readonly string[];
  readonly run: (client: Client, place: Place) => Promise<unknown>;
};

const applications: readonly Application[] = [
  {
    name: "settings and sessions with times to live",
    needs: ["set", "getex", "getdel", "ttl", "persist"],
    run: async (client) => {
      const first = await client.set("session", "ann", {
        expiration: { type: "EX", value: 100 },
        condition: "NX",
      });
      const second = await client.set("session", "bob", { condition: "NX" });
      const ttl = await client.ttl("session");
      const kept = await client.getEx("session", { type: "EX", value: 1000 });
      const longer = await client.ttl("session");
      const persisted = await client.persist("session");
      const gone = [await client.getDel("session"), await client.getDel("session")];
      return [first, second, isAbout(ttl, 100, 20), kept, isAbout(longer, 1000, 20), persisted, gone];
    },
  },
  {
    name: "many calls at once, and a walk over the keys",
    needs: ["incr", "scan", "del"],
    run: async (client) => {
      const counts = await Promise.all(
        Array.from({ length: 300 }, (_, i) => client.incr(`count:${i % 100}`)),
      );
      const found: string[] = [];
      for await (const keys of client.scanIterator({ MATCH: "count:*", COUNT: 20 })) found.push(...keys);
      const removed = await client.del([...new Set(found)]);
      return [counts.reduce((sum, each) => sum + each, 0), new Set(found).size, removed];
    },
  },
  {
    name: "buffers, bits and ranges",
    needs: ["set", "get", "bitfield", "bitop", "setrange"],
    run: async (client) => {
      const bytes = Buffer.from([0, 255, 13, 10, 36]);
      const buffers = client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
      await client.set("bytes", bytes);
      const back = await buffers.get("bytes");
      const fields = await client.bitField("bits", [
        { operation: "SET", encoding: "u8", offset: 0, value: 200 },
        { operation: "INCRBY", encoding: "u8", offset: 0, increment: 100 },
      ]);
      const size = await client.bitOp("OR", "or", ["bytes", "bits"]);
      return [
        Buffer.isBuffer(back) && back.equals(bytes),
        fields,
        size,
        await client.setRange("text", 3, "abc"),
      ];
    },
  },
  {
    name: "errors, unknown commands and wrong arguments",
    needs: ["set", "incr", "config|get"],
    run: async (client) => {
      await client.set("text", "abc");
      return [
        await refusal(client.incr("text")),
        await refusal(client.sendCommand(["NOSUCHCOMMAND", "a"])),
        await refusal(client.sendCommand(["GET"])),
        await client.configGet("maxmemory-samples"),
      ];
    },
  },
  {
    name: "databases, copies and names of connections",
    needs: ["select", "copy", "move", "client|setname", "client|getname"],
    run: async (client) => {
      await client.set("key", "value");
      const copied = await client.copy("key", "copy", { DB: 2 });
      await client.select(2);
      const there = await client.get("copy");
      await client.clientSetName("reporter");
      return [copied, there, await client.clientGetName(), await client.dbSize()];
    },
  },
  {
    name: "transactions",
    needs: ["multi", "exec", "watch"],
    run: async (client) => client.multi().set("a", "1").incr("a").get("a").exec(),
  },
  {
    name: "publish and subscribe",
    needs: ["subscribe", "publish", "unsubscribe"],
    run: async (client, place) => {
      const subscriber = open(place, 3);
      await subscriber.connect();
      const heard: string[] = [];
      try {
        await subscriber.subscribe("news", (message, channel) => void heard.push(`${channel}=${message}`));
        const count = await client.publish("news", "one");
        await until(
          async () => heard.length,
          (length) => length > 0,
        );
        await subscriber.unsubscribe("news");
        return [count, heard];
      } finally {
        subscriber.destroy();
      }
    },
  },
  {
    name: "hashes, sorted sets and lists",
    needs: ["hset", "hgetall", "zadd", "zrange", "rpush", "lrange"],
    run: async (client) => {
      await client.hSet("hash", { a: "1", b: "2" });
      await client.zAdd("zset", [
        { score: 1.5, value: "one" },
        { score: -1, value: "minus" },
      ]);
      await client.rPush("list", ["a", "b", "c"]);
      return [
        await client.hGetAll("hash"),
        await client.zRangeWithScores("zset", 0, -1),
        await client.lRange("list", 0, -1),
      ];
    },
  },
  {
    name: "scripts",
    needs: ["eval", "evalsha", "script|load"],
    run: async (client) => {
      const sum = "return redis.call('incrby', KEYS[1], ARGV[1])";
      const sha = await client.scriptLoad(sum);
      const options = { keys: ["n"], arguments: ["5"] };
      return [sha, await client.evalSha(sha, options), await client.eval(sum, options)];
    },
  },
];

// The library's own cache, which is emptied by what the server tells it.
const cached: Flow = {
  name: "node-redis, RESP3: a cache on the client's side",
  needs: ["client|tracking", "get", "set"],
  run: async (place) => {
    const cache = new BasicClientSideCache({ ttl: 0, maxEntries: 0, evictPolicy: "LRU" });
    const reader = createClient({ socket: { ...place }, RESP: 3, clientSideCache: cache });
    reader.on("error", () => {});
    const writer = open(place, 3);
    await Promise.all([reader.connect(), writer.connect()]);
    const seen = (value: string) =>
      until(
        () => reader.get("price"),
        (found) => found === value,
      );
    try {
      await writer.set("price", "1");
      const first = [await reader.get("price"), await reader.get("price")];
      const stats = cache.stats();
      await writer.set("price", "2");
      const second = await seen("2");
      await writer.flushAll();
      return [first, stats.hitCount, stats.missCount, second, await until(() => reader.get("price"), isNull)];
    } finally {
      reader.destroy();
      writer.destroy();
    }
  },
};

function isNull(found: unknown): boolean {
  return found === null;
}

export const nodeRedisFlows: readonly Flow[] = ([2, 3] as const)
  .flatMap((RESP): Flow[] =>
    applications.map(({ name, needs, run }) => ({
      name: `node-redis, RESP${RESP}: ${name}`,
      needs,
      run: async (place: Place) => {
        const client = open(place, RESP);
        await client.connect();
        try {
          return await run(client, place);
        } finally {
          client.destroy();
        }
      },
    })),
  )
  .concat(cached);
