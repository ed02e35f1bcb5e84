import { expect, test } from "vitest";
import { DrawnData } from "../testing/drawn-data.ts";
import { copyOf, loggedStateOf, startedWithLog } from "../testing/log-files.ts";
import { MemoryFiles } from "../testing/memory-files.ts";

const seeds = (process.env["LOG_SEEDS"] ?? "1,2,3,4").split(",").map(Number);
const calls = Number(process.env["LOG_CALLS"] ?? 3000);

test.for(seeds)(
  "what random calls leave is what a server loads from their log, at every look, seed %i",
  { timeout: 120_000 },
  (seed) => {
    const shards = seed % 3 === 0 ? 4 : 1;
    const files = new MemoryFiles();
    const { server, failure } = startedWithLog(files, { shards, seed });
    expect(failure).toBeUndefined();
    const drawn = new DrawnData(server, seed);
    const { chance } = drawn;
    if (seed % 2 === 0) drawn.fill(10, 300);
    const waiter = server.connect();
    for (let i = 1; i <= calls; i++) {
      const kind = chance.below(40);
      if (kind === 0) {
        server.run("MULTI");
        for (let n = chance.below(5); n >= 0; n--) drawn.call();
        server.run("EXEC");
      } else if (kind === 1) waitSome();
      else if (kind === 2) server.advance(chance.below(3000));
      else if (kind === 3 && chance.oneIn(10)) server.server.persistence.rewriteLog(false);
      else drawn.call();
      if (i % Math.ceil(calls / 6) === 0) look();
    }

    // One who waits, and somebody who brings what is waited for.
    function waitSome(): void {
      waiter.run("SELECT", 0);
      const [ask, bring] = chance.pick([
        [
          ["BLPOP", "w:none", "w:list", 1],
          ["RPUSH", "w:list", "a", "b"],
        ],
        [
          ["BRPOP", "w:list", "w:other", 1],
          ["RPUSH", "w:other", "a", "b"],
        ],
        [
          ["BLMOVE", "w:from", "w:to", "LEFT", "RIGHT", 1],
          ["RPUSH", "w:from", "a", "b"],
        ],
        [
          ["BRPOPLPUSH", "w:from", "w:to", 1],
          ["RPUSH", "w:from", "a", "b"],
        ],
        [
          ["BLMPOP", 1, 2, "w:none", "w:list", "RIGHT", "COUNT", 2],
          ["RPUSH", "w:list", "a", "b", "c"],
        ],
        [
          ["BZPOPMIN", "w:none", "w:z", 1],
          ["ZADD", "w:z", 1, "a", 2, "b"],
        ],
        [
          ["BZMPOP", 1, 2, "w:none", "w:z", "MAX", "COUNT", 2],
          ["ZADD", "w:z", 1, "a", 2, "b", 3, "c"],
        ],
        [
          ["XREADGROUP", "GROUP", "g", "c", "BLOCK", 1000, "STREAMS", "w:s", ">"],
          ["XADD", "w:s", "*", "a", "b"],
        ],
      ] as const);
      server.run("SELECT", 0);
      server.run("XGROUP", "CREATE", "w:s", "g", "$", "MKSTREAM");
      waiter.run(...ask);
      server.run(...bring);
      if (chance.oneIn(3)) server.run("DEL", "w:list", "w:other", "w:z", "w:from");
      server.advance(2000);
    }

    function look(): void {
      const { server: again, failure: refused } = startedWithLog(copyOf(files), {
        shards,
        seed: seed + 1,
        nowMs: server.server.wallMs(),
      });
      expect(
        refused,
        `seed ${seed}: LOG_SEEDS=${seed} npx vitest run src/server/log-equality`,
      ).toBeUndefined();
      expect(loggedStateOf(again), `seed ${seed}`).toEqual(loggedStateOf(server));
    }
  },
);
