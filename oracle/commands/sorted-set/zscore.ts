// ZSCORE, ZMSCORE, ZCARD: scores of members, and how many there are.

import { entryAt } from "../../collections.ts";
import type { Call, OracleCommand } from "../../command.ts";
import { array, integer, nil, type Reply } from "../../reply.ts";
import { scoreReply } from "../../sorted-sets.ts";
import { wrongType } from "../../strings.ts";

export const zscore: OracleCommand = {
  name: "zscore",
  arity: 3,
  class: "exact",
  run: (call) => ofScores(call, (scores) => scoreOrNil(scores, call.words[2] as string)),
};

export const zmscore: OracleCommand = {
  name: "zmscore",
  arity: -3,
  class: "exact",
  run: (call) =>
    ofScores(call, (scores) => array(call.words.slice(2).map((member) => scoreOrNil(scores, member)))),
};

export const zcard: OracleCommand = {
  name: "zcard",
  arity: 2,
  class: "exact",
  run: (call) => ofScores(call, (scores) => integer(scores.size)),
};

const none: ReadonlyMap<string, number> = new Map();

/** A reply made of the sorted set at the first argument; a missing key has no members. */
export function ofScores(call: Call, reply: (scores: ReadonlyMap<string, number>) => Reply): Reply {
  const entry = entryAt(call, call.words[1] as string, "zset");
  return entry === "wrong type" ? wrongType : reply(entry?.value ?? none);
}

function scoreOrNil(scores: ReadonlyMap<string, number>, member: string): Reply {
  const score = scores.get(member);
  return score === undefined ? nil : scoreReply(score);
}
