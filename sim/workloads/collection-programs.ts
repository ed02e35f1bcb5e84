// Collection programs: hashes, sets, sorted sets and lists that grow, change their form, shrink and vanish.
//
// Role: the general program meets every command, but seldom twice on one key; here few keys take everything, so that
// they pass the sizes at which their form changes, and are emptied again.

import type { Chance } from "../../compat/generator/chance.ts";
import type { Step } from "../plan.ts";
import { call, type Program } from "./calls.ts";
import type { Drawing } from "./words.ts";

/** Few collections, of which each is grown and emptied by turns. */
export function collections(chance: Chance): Program {
  const members = chance.pick([12, 60, 600]);
  const kinds = chance.pick([["hash", "set", "zset", "list"], ["hash"], ["set"], ["zset"], ["list"]]);
  return (drawing) => {
    const { chance: own } = drawing;
    const kind = own.pick(kinds);
    const key = `${kind}:${own.below(3)}`;
    switch (own.below(40)) {
      case 0:
        return [call(own.pick(["DEL", "UNLINK"]), key)];
      case 1:
        return [call(own.pick(["RENAME", "COPY"]), key, `${kind}:${own.below(3)}`)];
      case 2:
        return [call("OBJECT", "ENCODING", key)];
      case 3:
        return [call("PEXPIRE", key, own.between(1, 300))];
      case 4:
        return [call("DUMP", key)];
      case 5:
        return [call("TYPE", key), call("MEMORY", "USAGE", key)];
    }
    return stepsOf(kind, key, { drawing, members });
  };
}

type Size = { readonly drawing: Drawing; readonly members: number };

function stepsOf(kind: string, key: string, size: Size): readonly Step[] {
  switch (kind) {
    case "hash":
      return [hashStep(key, size)];
    case "set":
      return [setStep(key, size)];
    case "zset":
      return [sortedSetStep(key, size)];
    default:
      return [listStep(key, size)];
  }
}

// Few at most times, now and then so many that a packed form is left at once.
function several(chance: Chance, one: () => readonly (string | number)[]): (string | number)[] {
  const count = chance.oneIn(8) ? chance.between(30, 160) : chance.between(1, 4);
  return Array.from({ length: count }, one).flat();
}

function hashStep(key: string, { drawing: { chance: own, unique }, members }: Size): Step {
  const field = (): string => `field${own.below(members)}`;
  switch (own.below(9)) {
    case 0:
      return call("HDEL", key, ...several(own, () => [field()]));
    case 1:
      return call("HGETALL", key);
    case 2:
      return call("HINCRBY", key, `n${own.below(5)}`, own.between(-9, 9));
    case 3:
      return call("HMGET", key, field(), field());
    case 4:
      return call("HLEN", key);
    case 5:
      return call("HRANDFIELD", key, own.between(-5, 9));
    case 6:
      return call("HSCAN", key, 0, "COUNT", own.pick([1, 10, 1000]));
    default:
      return call("HSET", key, ...several(own, () => [field(), own.oneIn(20) ? "v".repeat(70) : unique()]));
  }
}

function setStep(key: string, { drawing: { chance: own }, members }: Size): Step {
  const isWord = own.oneIn(6);
  const member = (): string | number =>
    isWord ? `member${own.below(members)}` : own.below(members) * own.pick([1, 1, 70_000, -5e9]);
  const others = [`set:${own.below(3)}`, `set:${own.below(3)}`];
  switch (own.below(11)) {
    case 0:
    case 1:
      return call("SREM", key, ...several(own, () => [member()]));
    case 2:
      return call("SPOP", key, ...(own.oneIn(2) ? [own.between(0, 40)] : []));
    case 3:
      return call("SRANDMEMBER", key, own.between(-9, 9));
    case 4:
      return call("SMEMBERS", key);
    case 5:
      return call(own.pick(["SINTER", "SUNION", "SDIFF"]), ...others);
    case 6:
      return call(own.pick(["SINTERSTORE", "SUNIONSTORE", "SDIFFSTORE"]), key, ...others);
    case 7:
      return call("SMOVE", key, others[0] as string, member());
    default:
      return call("SADD", key, ...several(own, () => [member()]));
  }
}

function sortedSetStep(key: string, { drawing: { chance: own }, members }: Size): Step {
  const member = (): string => `m${own.below(members)}`;
  const score = (): number | string =>
    own.oneIn(30) ? own.pick(["inf", "-inf", "0.1"]) : own.between(-20, 20);
  const from = own.between(-20, 20);
  switch (own.below(12)) {
    case 0:
    case 1:
      return call("ZREM", key, ...several(own, () => [member()]));
    case 2:
      return call(own.pick(["ZPOPMIN", "ZPOPMAX"]), key, own.between(0, 30));
    case 3:
      return call(own.pick(["ZRANK", "ZREVRANK", "ZSCORE"]), key, member());
    case 4:
      return call("ZRANGE", key, own.between(-9, 9), own.between(-9, 30), "WITHSCORES");
    case 5:
      return call("ZREMRANGEBYRANK", key, own.between(-9, 9), own.between(-9, 9));
    case 6:
      return call(
        "ZRANGEBYSCORE",
        key,
        from,
        from + own.below(20),
        "LIMIT",
        own.below(5),
        own.between(-1, 9),
      );
    case 7:
      return call("ZINCRBY", key, score(), member());
    case 8:
      return call(
        own.pick(["ZUNIONSTORE", "ZINTERSTORE"]),
        key,
        2,
        `zset:${own.below(3)}`,
        `zset:${own.below(3)}`,
      );
    default:
      return call("ZADD", key, ...several(own, () => [score(), member()]));
  }
}

function listStep(key: string, { drawing: { chance: own, unique }, members }: Size): Step {
  const element = (): string | number =>
    own.oneIn(12) ? "e".repeat(own.pick([60, 300, 5000])) : unique() % members;
  switch (own.below(12)) {
    case 0:
    case 1:
      return call(own.pick(["LPOP", "RPOP"]), key, own.between(0, 40));
    case 2:
      return call("LTRIM", key, own.between(-60, 20), own.between(-20, 60));
    case 3:
      return call("LREM", key, own.between(-2, 2), own.below(members));
    case 4:
      return call("LINSERT", key, own.pick(["BEFORE", "AFTER"]), own.below(members), element());
    case 5:
      return call("LSET", key, own.between(-40, 40), element());
    case 6:
      return call("LRANGE", key, own.between(-30, 30), own.between(-30, 30));
    case 7:
      return call("LINDEX", key, own.between(-50, 50));
    case 8:
      return call(
        "LMOVE",
        key,
        `list:${own.below(3)}`,
        own.pick(["LEFT", "RIGHT"]),
        own.pick(["LEFT", "RIGHT"]),
      );
    default:
      return call(own.pick(["RPUSH", "LPUSH"]), key, ...several(own, () => [element()]));
  }
}
