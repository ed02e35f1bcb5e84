// A cluster of one node answers as a stock Redis that has been given all slots.

import { expect, test } from "vitest";
import { createTestServer, encodeRequest } from "../../testing/command-runner.ts";
import { converse, converseWithStock, type Step } from "../../testing/conversation.ts";
import { isStock, testArgumentDocs, testConversations } from "../../testing/stock-stories.ts";
import { StockWire } from "../../testing/stock-wire.ts";

const flags = [
  ...["cluster-enabled", "yes", "cluster-announce-ip", "10.0.0.1", "cluster-announce-port", "7000"],
  ...["cluster-announce-bus-port", "17000"],
];

// Own texts, and names that are drawn.
function comparable(record: readonly string[]): string {
  return record
    .join("\n")
    .replaceAll(/[0-9a-f]{40}/g, "id")
    .replaceAll(/\$2\\r\\nid\\r\\n:\d+/g, "id");
}

async function startStockCluster(): Promise<StockWire> {
  const wire = await StockWire.start(flags.map((word, i) => (i % 2 === 0 ? `--${word}` : word)));
  const connection = await wire.connect();
  const ask = async (...words: readonly string[]): Promise<string> => {
    connection.send(encodeRequest(words));
    return connection.takeUntil("\r\n");
  };
  await ask("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
  // It goes to work about two seconds after its start.
  while (!(await ask("GET", "k")).startsWith("$-1"));
  connection.close();
  return wire;
}

const slots = [
  "a: CLUSTER INFO; CLUSTER NODES; CLUSTER SLOTS; CLUSTER SHARDS; CLUSTER LINKS; CLUSTER MYID",
  "a: CLUSTER ADDSLOTS 1; CLUSTER ADDSLOTS x; CLUSTER ADDSLOTS 16384; CLUSTER ADDSLOTS -1; CLUSTER DELSLOTS 1 1",
  "a: CLUSTER DELSLOTSRANGE 5 4; CLUSTER DELSLOTSRANGE 5 6 7; CLUSTER DELSLOTSRANGE 5 6 6 7; CLUSTER ADDSLOTSRANGE 1 2",
  "a: CLUSTER SETSLOT 1 STABLE; CLUSTER SETSLOT 1 NODE x; CLUSTER SETSLOT 1 MIGRATING x; CLUSTER SETSLOT 1 IMPORTING x",
  "a: CLUSTER SETSLOT x STABLE; CLUSTER SETSLOT 1 NONSENSE; CLUSTER SETSLOT 1 NODE; CLUSTER SETSLOT 1",
  "a: CLUSTER MEET 1.2.3 x; CLUSTER MEET 1.2.3 1 x; CLUSTER MEET abc 1; CLUSTER FAILOVER; CLUSTER FAILOVER x",
  "a: CLUSTER REPLICAS x; CLUSTER SLAVES x; CLUSTER REPLICATE x; CLUSTER FORGET x; CLUSTER COUNT-FAILURE-REPORTS x",
  "a: CLUSTER SET-CONFIG-EPOCH -1; CLUSTER SET-CONFIG-EPOCH x; CLUSTER BUMPEPOCH; CLUSTER BUMPEPOCH",
  "a: CLUSTER SET-CONFIG-EPOCH 5; CLUSTER NONSENSE; CLUSTER; CLUSTER KEYSLOT; CLUSTER RESET x; CLUSTER INFO x",
  "a: CLUSTER KEYSLOT a; CLUSTER KEYSLOT {a}b; CLUSTER COUNTKEYSINSLOT 15495; SET a 1; CLUSTER COUNTKEYSINSLOT 15495",
  "a: CLUSTER GETKEYSINSLOT 15495 10; CLUSTER GETKEYSINSLOT 15495 0; CLUSTER GETKEYSINSLOT 15495 -1",
  "a: CLUSTER GETKEYSINSLOT 16384 1; CLUSTER COUNTKEYSINSLOT 16384; CLUSTER COUNTKEYSINSLOT x",
  "a: CLUSTER FLUSHSLOTS; CLUSTER RESET; HELLO 3; CLUSTER SLOTS; CLUSTER SHARDS; CLUSTER NODES; HELLO 2",
  "a: CONFIG SET cluster-announce-hostname host.x cluster-preferred-endpoint-type hostname",
  "a: CLUSTER SLOTS; CLUSTER SHARDS; CLUSTER NODES",
  "a: CONFIG SET cluster-preferred-endpoint-type unknown-endpoint",
  "a: CLUSTER SLOTS; CLUSTER SHARDS; HELLO 3; CLUSTER SLOTS",
];
const keys = [
  "a: MSET a 1 b 2; MSET {a}1 1 {a}2 2; MGET a b; SET a 1; GET b; DEL a b; RENAME a b; SINTERSTORE a b c",
  "a: MULTI; GET a; GET b; EXEC; MULTI; MGET a b; EXEC; MULTI; GET a; GET {a}2; PING; EXEC; EXEC",
  "a: SELECT 0; SELECT 1; SELECT 99; SELECT x; MOVE a 1; SWAPDB 0 1; COPY a {a}3 DB 1; COPY a {a}3 DB 0; COPY a b",
  "a: READONLY; READWRITE; ASKING; WATCH a b; WATCH a {a}b; UNWATCH; INFO cluster; HELLO",
  "a: SORT l BY x_*; SORT l GET x_*; SORT l BY nosort GET #; SORT_RO l BY x*; SORT l BY nosort; SORT l LIMIT 0 1",
  "a: EVAL return{redis.call('get','a'),redis.call('get','b')} 1 a; EVAL return{1} 2 a b",
  "a: EVAL return{redis.call('mget','a','b')} 0; EVAL return{redis.call('get',KEYS[1])} 1 a",
  "a: SSUBSCRIBE c d; SSUBSCRIBE {c}1; SUNSUBSCRIBE; SPUBLISH c x; PUBLISH c x; DBSIZE",
  "a: FLUSHALL; CLUSTER DELSLOTS 15495; GET a; MGET a b; SPUBLISH a x; CLUSTER ADDSLOTS 15495; DBSIZE",
];

test.skipIf(!isStock)(
  "what a stock node answers that owns all slots, over 1 and 4 shards",
  async () => {
    const wire = await startStockCluster();
    try {
      const steps: readonly Step[] = [...slots, ...keys];
      const theirs = comparable(await converseWithStock(steps, wire));
      for (const shards of [1, 4]) {
        const config: Record<string, string> = {};
        for (let i = 0; i < flags.length; i += 2) config[flags[i] as string] = flags[i + 1] as string;
        const ours = comparable(converse(steps, { shards, config }));
        expect(`${shards} shards\n${ours}`).toBe(`${shards} shards\n${theirs}`);
      }
    } finally {
      await wire.stop();
    }
  },
  20_000,
);

test("slots that are given up take the cluster down, or only their keys", () => {
  const server = createTestServer({ config: { "cluster-enabled": "yes" } });
  expect(server.run("CLUSTER", "DELSLOTS", 15495)).toBe("+OK\r\n");
  expect(server.run("GET", "a")).toBe("-CLUSTERDOWN Hash slot not served\r\n");
  expect(server.run("GET", "b")).toBe("-CLUSTERDOWN The cluster is down\r\n");
  expect(server.run("SPUBLISH", "b", "x")).toBe(":0\r\n");
  expect(server.run("PING")).toBe("+PONG\r\n");
  server.run("CONFIG", "SET", "cluster-allow-reads-when-down", "yes");
  expect(server.run("GET", "b")).toBe("$-1\r\n");
  expect(server.run("SET", "b", "1")).toBe(
    "-CLUSTERDOWN The cluster is down and only accepts read commands\r\n",
  );
  server.run("CONFIG", "SET", "cluster-require-full-coverage", "no");
  expect(server.run("SET", "b", "1")).toBe("+OK\r\n");
  expect(server.run("CLUSTER", "INFO")).toContain("cluster_slots_assigned:16383\r\n");
  server.run("FLUSHALL");
  expect(server.run("CLUSTER", "RESET", "HARD")).toBe("+OK\r\n");
  expect(server.run("CLUSTER", "SLOTS")).toBe("*0\r\n");
  const id = server.run("CLUSTER", "MYID").slice(5, -2);
  expect(server.run("CLUSTER", "SETSLOT", 5, "NODE", id)).toBe("+OK\r\n");
  expect(server.run("CLUSTER", "NODES")).toMatch(/connected 5\n/);
  expect(server.run("CLUSTER", "FORGET", id)).toContain("can't forget myself");
});

test("a function stays within one slot unless it says otherwise, and may refuse to run in a cluster", () => {
  const server = createTestServer({ config: { "cluster-enabled": "yes" } });
  const load = (name: string, flags: string): void => {
    const read = "function() return {redis.call('get','a'), redis.call('get','b')} end";
    const code = `#!lua name=${name}\nredis.register_function{function_name='${name}',callback=${read},flags={${flags}}}`;
    expect(server.run("FUNCTION", "LOAD", code)).toBe(`$1\r\n${name}\r\n`);
  };
  load("f", "");
  load("g", "'allow-cross-slot-keys'");
  load("h", "'no-cluster'");
  expect(server.run("FCALL", "f", 0)).toMatch(
    /^-ERR Script attempted to access keys that do not hash to the same slot script: f, on @user_function:2\.\r\n$/,
  );
  expect(server.run("FCALL", "f", 1, "b")).toContain("do not hash to the same slot");
  expect(server.run("FCALL", "g", 0)).toBe("*2\r\n$-1\r\n$-1\r\n");
  expect(server.run("FCALL", "h", 0)).toBe(
    "-ERR Can not run script on cluster, 'no-cluster' flag is set.\r\n",
  );
});

test("without an announced address clients are told the one that they have reached", () => {
  const server = createTestServer({ config: { "cluster-enabled": "yes" } });
  expect(server.run("CLUSTER", "SLOTS")).toContain("$9\r\n127.0.0.1\r\n:6379\r\n");
});

testConversations({
  "WAIT without replicas": [
    "a: WAIT 0 0; WAIT -1 10; WAIT x 1; WAIT 1 x; WAIT 1 -1; MULTI; WAIT 1 0; EXEC",
    "a: WAIT 1 0; PING",
    "b: CLIENT UNBLOCK @a; WAIT 1 0",
    "a: CLIENT UNBLOCK @b ERROR; WAIT 2 99999999999999",
  ],
});

test("WAIT ends when its time is over, with none", () => {
  const server = createTestServer();
  const client = server.connect();
  expect(client.run("WAIT", 1, 50)).toBe("");
  server.advance(40);
  expect(client.take()).toBe("");
  server.advance(20);
  expect(client.take()).toBe(":0\r\n");
});

testArgumentDocs([
  ...["asking", "readonly", "readwrite", "wait", "cluster|addslots", "cluster|addslotsrange"],
  ...["cluster|bumpepoch", "cluster|count-failure-reports", "cluster|countkeysinslot", "cluster|delslots"],
  ...["cluster|delslotsrange", "cluster|failover", "cluster|flushslots", "cluster|forget"],
  ...["cluster|getkeysinslot", "cluster|help", "cluster|info", "cluster|keyslot", "cluster|links"],
  ...["cluster|meet", "cluster|myid", "cluster|nodes", "cluster|replicas", "cluster|replicate"],
  ...["cluster|reset", "cluster|saveconfig", "cluster|set-config-epoch", "cluster|setslot", "cluster|shards"],
  ...["cluster|slaves", "cluster|slots", "client|tracking", "client|caching", "client|trackinginfo"],
]);
