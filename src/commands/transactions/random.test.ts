// Random conversations of three clients: transactions, watched keys, subscriptions and key events, as redis-server.

import { Rng } from "../../lib/rng.ts";
import { testConversations } from "../../testing/stock-stories.ts";

const keys = ["k", "l", "{k}m"];
const dataCalls = [
  ...[
    "SET K v",
    "SET K 1 EX 100",
    "GET K",
    "INCR K",
    "APPEND K x",
    "DEL K",
    "EXPIRE K 100",
    "PERSIST K",
    "PEXPIRE K -1",
  ],
  ...[
    "SETRANGE K 2 y",
    "SETBIT K 9 1",
    "GETDEL K",
    "GETSET K w",
    "RENAME K K",
    "COPY K K",
    "COPY K K REPLACE",
    "MOVE K 1",
  ],
  ...[
    "MSET K 1 K 2",
    "MGET K K",
    "SETNX K z",
    "GETEX K PERSIST",
    "TOUCH K",
    "TYPE K",
    "EXISTS K K",
    "UNLINK K K",
  ],
  ...[
    "FLUSHDB",
    "FLUSHALL",
    "SWAPDB 0 1",
    "SWAPDB 1 2",
    "SELECT 0",
    "SELECT 1",
    "DBSIZE",
    "PUBLISH ch m",
    "NOSUCH x",
  ],
];
const ownCalls = [
  ...[
    "WATCH K",
    "WATCH K K",
    "WATCH K",
    "MULTI; GET K; EXEC",
    "MULTI; SET K 1; INCR K; EXEC",
    "MULTI; DEL K K; EXEC",
  ],
  ...["MULTI", "EXEC", "EXEC", "DISCARD", "UNWATCH", "RESET", "GET", "PING"],
];
const listenerCalls = [
  ...[
    "SUBSCRIBE ch",
    "SUBSCRIBE __keyevent@0__:set __keyevent@0__:del",
    "PSUBSCRIBE __keyspace*",
    "UNSUBSCRIBE ch",
  ],
  ...[
    "PUNSUBSCRIBE __keyspace*",
    "UNSUBSCRIBE none",
    "PING",
    "PING x",
    "GET k",
    "PUBSUB NUMPAT",
    "HELLO 3",
    "RESET",
  ],
];

function stepsOf(seed: number, count: number): string[] {
  const rng = new Rng(seed);
  const pick = (from: readonly string[]): string => from[rng.below(from.length)] as string;
  const filled = (call: string): string => call.replaceAll(/\bK\b/g, () => pick(keys));
  const steps = [
    "a: CONFIG SET notify-keyspace-events KEA",
    "listener: SUBSCRIBE ch; PSUBSCRIBE __keyspace*",
  ];
  for (let i = 0; i < count; i++) {
    const name = pick(["a", "a", "b", "b", "listener"]);
    const calls: string[] = [];
    for (let left = 1 + rng.below(4); left > 0; left--) {
      const from = name === "listener" ? listenerCalls : rng.below(2) === 0 ? ownCalls : dataCalls;
      calls.push(filled(pick(from)));
    }
    steps.push(`${name}: ${calls.join("; ")}`);
  }
  return steps;
}

testConversations({
  "what three clients say and hear, seed 1": stepsOf(1, 150),
  "what three clients say and hear, seed 2": stepsOf(2, 150),
});
