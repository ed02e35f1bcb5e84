// ZRANK and ZREVRANK: how many members come before one, optionally with its score.

import { entryAt } from "../../collections.ts";
import type { Call, OracleCommand } from "../../command.ts";
import { arityError } from "../../errors.ts";
import { array, error, integer, nil, nilArray, type Reply } from "../../reply.ts";
import { ranked, scoreReply } from "../../sorted-sets.ts";
import { syntaxError, wrongType } from "../../strings.ts";

const wordsMax = 4;

export const zrank: OracleCommand = {
  name: "zrank",
  arity: -3,
  class: "exact",
  run: (call) => rank(call, "zrank"),
};

export const zrevrank: OracleCommand = {
  name: "zrevrank",
  arity: -3,
  class: "exact",
  run: (call) => rank(call, "zrevrank"),
};

// WITHSCORE is of Redis 7.2.
function rank(call: Call, name: "zrank" | "zrevrank"): Reply {
  const [, key = "", member = "", option] = call.words;
  if (call.words.length > wordsMax) return error(arityError(name));
  const hasScore = option !== undefined;
  if (hasScore && option.toUpperCase() !== "WITHSCORE") return syntaxError;
  const entry = entryAt(call, key, "zset");
  if (entry === "wrong type") return wrongType;
  const score = entry?.value.get(member);
  if (entry === undefined || score === undefined) return hasScore ? nilArray : nil;
  const members = ranked(entry.value).map(([each]) => each);
  const from = name === "zrank" ? members.indexOf(member) : members.length - 1 - members.indexOf(member);
  return hasScore ? array([integer(from), scoreReply(score)]) : integer(from);
}
