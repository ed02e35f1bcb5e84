// Drawn data: random calls that fill a server with values of every type and change them again.

import { Chance } from "../../compat/generator/chance.ts";
import { type Target, targets } from "../../compat/generator/declared.ts";
import { drawCall, type Material } from "../../compat/generator/generate.ts";
import { weightOf } from "../../compat/generator/weights.ts";
import type { TestServer } from "./command-runner.ts";

const groups: readonly string[] = [
  ...["string", "bitmap", "hyperloglog", "list", "hash", "set", "sorted-set", "geo", "stream", "generic"],
  "scripting",
];
const emptying: readonly string[] = ["flushdb", "flushall", "swapdb"];
// They end the run, or leave the connection waiting for more.
const unwanted: readonly string[] = [
  "function|restore",
  "script|debug",
  "script|kill",
  "function|kill",
  "pfselftest",
  "migrate",
  "wait",
];

/** Names of collections that `fill` makes, large enough to be written in several pieces. */
export const largeKeys: readonly string[] = [
  "large:hash",
  "large:set",
  "large:zset",
  "large:list",
  "large:stream",
];

export class DrawnData {
  readonly chance: Chance;
  private readonly server: TestServer;
  private readonly wheel: Target[] = [];
  private readonly material: Material;
  private readonly payloads: string[] = ["payload"];

  /** `isForStock`: nothing is made that a stock server does not know. */
  constructor(server: TestServer, seed: number, isForStock = false) {
    this.server = server;
    this.chance = new Chance(seed);
    // Half a gigabyte of zeros in a string would say no more than a megabyte.
    server.run("CONFIG", "SET", "proto-max-bulk-len", "1mb");
    const clock = { nowMs: server.server.everything.nowMs };
    this.material = { payloads: this.payloads, isHeardByNoStock: !isForStock, clock };
    for (const target of targets) {
      if (unwanted.includes(target.fullName) || target.isBlocking) continue;
      const isEmptying = emptying.includes(target.fullName);
      if (!isEmptying && !groups.includes(target.group)) continue;
      const weight = isEmptying ? 1 : weightOf(target) * (target.isWrite ? 2 : 1);
      for (let i = 0; i < weight; i++) this.wheel.push(target);
    }
  }

  /** Runs one drawn call, mostly in database 0. */
  call(): void {
    const { chance, server } = this;
    const db = chance.oneIn(4) ? chance.below(4) : 0;
    server.run("SELECT", db);
    if (chance.oneIn(12)) {
      this.changeLarge();
      return;
    }
    const call = drawCall(chance.pick(this.wheel), chance, this.material);
    if (call === undefined) return;
    const reply = server.run(...call.words);
    const payload = /^\$\d+\r\n(.*)\r\n$/s.exec(reply)?.[1];
    if (call.target.fullName === "dump" && payload !== undefined) this.payloads.push(payload);
  }

  /** Fills database 0 with large collections, and with what `calls` drawn calls leave. */
  fill(calls: number, keys = 3000): void {
    const { server, chance } = this;
    for (let i = 0; i < calls; i++) this.call();
    server.run("SELECT", 0);
    server.run("DEL", ...largeKeys);
    for (let i = 0; i < 700; i++) {
      const text = `${chance.below(1_000_000)}:${"x".repeat(chance.below(40))}`;
      server.run("HSET", "large:hash", text, i);
      server.run("SADD", "large:set", text);
      server.run("ZADD", "large:zset", chance.below(100), text);
      server.run("RPUSH", "large:list", text.repeat(1 + chance.below(4)));
      server.run("XADD", "large:stream", "*", text, i);
    }
    server.run("XGROUP", "CREATE", "large:stream", "group", "0");
    server.run("XREADGROUP", "GROUP", "group", "someone", "COUNT", "50", "STREAMS", "large:stream", ">");
    for (let i = 0; i < keys; i++) server.run("SET", `key:${i}`, i, ...(i % 3 === 0 ? ["EX", 1000 + i] : []));
  }

  private changeLarge(): void {
    const { chance, server } = this;
    const key = chance.pick(largeKeys);
    server.run("SELECT", 0);
    switch (chance.below(10)) {
      case 0:
        server.run("RENAME", key, `moved:${key}`);
        break;
      case 1:
        server.run("DEL", key);
        break;
      case 2:
        server.run("MOVE", key, 1);
        break;
      case 3:
        server.run("COPY", key, `copy:${key}`, "REPLACE");
        break;
      case 4:
        server.run("SET", key, "a string");
        break;
      case 5:
        server.run("PEXPIRE", key, chance.below(5000));
        break;
      default:
        server.run("HSET", "large:hash", `new:${chance.below(1000)}`, "1");
        server.run("SPOP", "large:set");
        server.run("ZINCRBY", "large:zset", "1000", `new:${chance.below(1000)}`);
        server.run("LSET", "large:list", chance.below(100), "changed");
        server.run("XADD", "large:stream", "MAXLEN", "600", "*", "a", "b");
        server.run("XREADGROUP", "GROUP", "group", "someone", "COUNT", "2", "STREAMS", "large:stream", ">");
        server.run("SET", `key:${chance.below(6000)}`, "changed");
    }
  }
}
