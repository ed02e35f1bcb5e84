// Queue programs: clients that hand work to each other through lists, sorted sets and streams, and wait for it.

import type { Chance } from "../../compat/generator/chance.ts";
import type { Step } from "../plan.ts";
import { call, type Program } from "./calls.ts";
import { type Drawing, signed } from "./words.ts";

const timeouts = ["0.001", "0.05", "0.3", "1", "2", "5"];
const ends = ["LEFT", "RIGHT"];

/** Elements that name their writer: pushed, moved, popped and waited for, with everything that may get in between. */
export function queues(chance: Chance): Program {
  const count = chance.pick([1, 2, 4]);
  return (drawing) => {
    const own = drawing.chance;
    const key = `queue:${own.below(count)}`;
    const other = `queue:${own.below(count)}`;
    switch (own.below(36)) {
      case 0:
      case 1:
      case 2:
        return [waitForList(drawing, [key, other], own.pick(timeouts))];
      case 3:
        return [call(own.pick(["LPOP", "RPOP"]), key, ...(own.oneIn(3) ? [own.between(0, 3)] : []))];
      case 4:
        return [call("LMOVE", key, other, own.pick(ends), own.pick(ends))];
      case 5:
        return [call("LMPOP", 2, key, other, own.pick(ends), ...(own.oneIn(2) ? ["COUNT", 2] : []))];
      case 6:
        return [call("LLEN", key), call("LRANGE", key, 0, -1)];
      case 7:
        if (own.oneIn(3)) return [call("COPY", key, "queue:spare"), call("DEL", "queue:spare")];
        return [call(own.pick(["RENAME", "RENAME", "RENAMENX"]), key, other)];
      case 8:
        return [call("RENAME", `ranked:${own.below(2)}`, key)]; // Of another type: who waits goes on waiting.
      case 9:
        return [call("MULTI"), push(drawing, key), call("LPOP", key), push(drawing, other), call("EXEC")];
      case 10:
        return [
          call("MULTI"),
          push(drawing, key),
          waitForList(drawing, [other, key], "1"),
          call("DEL", key),
          call("EXEC"),
        ];
      case 11:
        return [call(own.pick(["DEL", "UNLINK"]), key)];
      case 12:
        return own.oneIn(2)
          ? [call("SET", key, "no list", "PX", own.between(1, 40))]
          : [call("PEXPIRE", key, 5)];
      case 13:
        return [call("CLIENT", "UNBLOCK", own.between(1, 30), ...own.pick([[], ["TIMEOUT"], ["ERROR"]]))];
      case 14:
        return own.oneIn(6)
          ? [call("SWAPDB", 0, own.below(drawing.databases))]
          : [call("MOVE", key, own.below(drawing.databases))];
      case 15:
      case 16:
      case 17:
        return rankedSteps(drawing);
      case 18:
      case 19:
      case 20:
      case 21:
        return loggedSteps(drawing);
      default:
        return [push(drawing, key)];
    }
  };
}

/** Those who do little else but wait, for several keys, shortly or until they hang up. */
export function waiting(chance: Chance): Program {
  const count = chance.pick([1, 2, 4]);
  return (drawing) => {
    const own = drawing.chance;
    const keys = Array.from({ length: own.between(1, 3) }, () => `queue:${own.below(count)}`);
    if (own.oneIn(12)) {
      // For ever: it ends with the connection, if nobody serves it.
      return [waitForList(drawing, keys, "0"), { do: "disconnect", gapUs: own.between(1000, 300_000) }];
    }
    if (own.oneIn(4)) {
      const ranked = `ranked:${own.below(2)}`;
      const name = own.pick(["BZPOPMIN", "BZPOPMAX"]);
      if (own.oneIn(3)) return [call("BZMPOP", own.pick(timeouts), 1, ranked, own.pick(["MIN", "MAX"]))];
      return [call(name, ranked, `ranked:${own.below(2)}`, own.pick(timeouts))];
    }
    if (own.oneIn(5)) return [waitForEntries(drawing)];
    if (own.oneIn(5)) return [push(drawing, keys[0] as string)];
    return [waitForList(drawing, keys, own.pick(timeouts))];
  };
}

/** Lists that are only appended to and read as a whole, alone and in transactions. */
export function appends(chance: Chance): Program {
  const count = chance.pick([2, 3, 6]);
  return (drawing) => {
    const own = drawing.chance;
    const one = (): Step => {
      // New lists now and then, since whole ones are read again and again.
      const number = drawing.unique();
      const key = `append:${own.below(count)}.${Math.floor(number / 80)}`;
      return own.oneIn(2) ? call("LRANGE", key, 0, -1) : call("RPUSH", key, signed(drawing));
    };
    if (!own.oneIn(3)) return [one()];
    return [call("MULTI"), ...Array.from({ length: own.between(2, 4) }, one), call("EXEC")];
  };
}

function push(drawing: Drawing, key: string): Step {
  const own = drawing.chance;
  const elements = Array.from({ length: own.between(1, 3) }, () => signed(drawing));
  return call(own.pick(["RPUSH", "RPUSH", "LPUSH", "RPUSHX"]), key, ...elements);
}

function waitForList({ chance: own }: Drawing, keys: readonly string[], timeout: string): Step {
  const [first = "", second = first] = keys;
  switch (own.below(8)) {
    case 0:
      return call("BLMOVE", first, second, own.pick(ends), own.pick(ends), timeout);
    case 1:
      return call("BRPOPLPUSH", first, second, timeout);
    case 2:
      return call("BLMPOP", timeout, keys.length, ...keys, own.pick(ends), "COUNT", own.between(1, 3));
    default:
      return call(own.pick(["BLPOP", "BRPOP"]), ...keys, timeout);
  }
}

function rankedSteps({ chance: own, unique }: Drawing): readonly Step[] {
  const key = `ranked:${own.below(2)}`;
  switch (own.below(6)) {
    case 0:
      return [call("BZPOPMIN", key, `ranked:${own.below(2)}`, own.pick(timeouts))];
    case 1:
      return [call(own.pick(["ZPOPMIN", "ZPOPMAX"]), key)];
    case 2:
      return [call("ZRANGE", key, 0, -1, "WITHSCORES")];
    default:
      return [call("ZADD", key, own.between(-3, 3), `m${unique()}`, own.between(-3, 3), `m${own.below(10)}`)];
  }
}

/** Milliseconds. */
const patiences = [1, 50, 300, 2000];

function waitForEntries({ chance: own }: Drawing): Step {
  const keys = [`log:${own.below(2)}`, ...(own.oneIn(3) ? ["log:2"] : [])];
  const block = ["BLOCK", own.pick(patiences), ...(own.oneIn(3) ? ["COUNT", own.between(1, 3)] : [])];
  if (own.oneIn(2))
    return call("XREAD", ...block, "STREAMS", ...keys, ...keys.map(() => own.pick(["$", "$", "0-0"])));
  const group = ["GROUP", "g", own.pick(["ann", "ben"]), ...(own.oneIn(4) ? ["NOACK"] : [])];
  return call("XREADGROUP", ...group, ...block, "STREAMS", ...keys, ...keys.map(() => ">"));
}

// Few are waited for by a group while there is none, since that is refused.
function loggedSteps(drawing: Drawing): readonly Step[] {
  const own = drawing.chance;
  const key = `log:${own.below(3)}`;
  switch (own.below(16)) {
    case 0:
    case 1:
      return [call("XGROUP", "CREATE", key, "g", own.pick(["$", "0"]), "MKSTREAM")];
    case 2:
      return [call("XGROUP", "DESTROY", key, "g")];
    case 3:
      return [call("XGROUP", "SETID", key, "g", own.pick(["$", "0"]))];
    case 4:
      return [call("XTRIM", key, "MAXLEN", own.between(0, 5))];
    case 5:
      return [call(own.oneIn(2) ? "DEL" : "UNLINK", key)];
    case 6:
      return [call(own.pick(["RENAME", "COPY"]), key, `log:${own.below(3)}`)];
    case 7:
    case 8:
    case 9:
      return [waitForEntries(drawing)];
    case 10:
      return [call("MULTI"), call("XADD", key, "*", "f", signed(drawing)), call("DEL", key), call("EXEC")];
    default:
      return [call("XADD", key, "*", "f", signed(drawing))];
  }
}
