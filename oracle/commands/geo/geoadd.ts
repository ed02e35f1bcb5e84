// GEOADD: members of a sorted set whose scores are places.

import type { Call, OracleCommand } from "../../command.ts";
import type { Reply } from "../../reply.ts";
import { syntaxError } from "../../strings.ts";
import { add } from "../sorted-set/zadd.ts";
import { scoreOf } from "./cells.ts";
import { placeFrom } from "./places.ts";

export const geoadd: OracleCommand = { name: "geoadd", arity: -5, class: "exact", run };

function run(call: Call): Reply {
  const { words } = call;
  let at = 2;
  let isNew = false;
  let isOld = false;
  for (; at < words.length; at++) {
    const option = (words[at] as string).toLowerCase();
    if (option === "nx") isNew = true;
    else if (option === "xx") isOld = true;
    else if (option !== "ch") break;
  }
  if ((words.length - at) % 3 !== 0 || (isNew && isOld)) return syntaxError;
  const scored = words.slice(0, at);
  for (let i = at; i < words.length; i += 3) {
    const place = placeFrom(words[i] as string, words[i + 1] as string);
    if ("kind" in place) return place;
    scored.push(`${scoreOf(place)}`, words[i + 2] as string);
  }
  return add({ ...call, words: scored }, false);
}
