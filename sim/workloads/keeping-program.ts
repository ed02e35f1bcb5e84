// Keeping program: what is asked of a server about the data that it keeps: snapshots, logs written anew, and libraries of
// functions, which are kept as keys are.

import type { Chance } from "../../compat/generator/chance.ts";
import type { Step } from "../plan.ts";
import { call, type Program } from "./calls.ts";
import type { Drawing } from "./words.ts";

/** Snapshots and functions, among writes that only functions make. */
export function keeping(chance: Chance): Program {
  const count = chance.pick([1, 3]);
  return (drawing) => {
    const own = drawing.chance;
    const name = `kept${own.below(count)}`;
    switch (own.below(16)) {
      case 0:
        return [call("SAVE")];
      case 1:
      case 2:
        return [call("BGSAVE", ...own.pick([[], ["SCHEDULE"]]))];
      case 3:
        return [call("BGREWRITEAOF")];
      case 4:
        return [call("LASTSAVE")];
      case 5:
        return [call("MULTI"), load(drawing, name), call("INCR", `${name}:loads`), call("EXEC")];
      case 6:
        return [call("FUNCTION", "DELETE", name)];
      case 7:
        return [
          own.oneIn(4) ? call("FUNCTION", "FLUSH", own.pick(["SYNC", "ASYNC"])) : call("FUNCTION", "LIST"),
        ];
      case 8:
      case 9:
      case 10:
        return [load(drawing, name)];
      default:
        return [call("FCALL", name, 1, `${name}:calls`, own.between(1, 9))];
    }
  };
}

// Each text is another one, so that an old library in the place of a new one shows.
function load({ chance, client, unique }: Drawing, name: string): Step {
  const body = "function(keys, args) return redis.call('INCRBY', keys[1], args[1]) end";
  const code = `#!lua name=${name}\nredis.register_function('${name}', ${body}) -- ${client}.${unique()}\n`;
  return call("FUNCTION", "LOAD", ...(chance.oneIn(5) ? [] : ["REPLACE"]), code);
}
