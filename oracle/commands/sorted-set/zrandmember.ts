// ZRANDMEMBER: members of a sorted set, drawn.

import type { OracleCommand } from "../../command.ts";
import { drawCount, drawnMany, drawnOne, type Elements } from "../../draws.ts";
import { errors } from "../../errors.ts";
import { int64Max } from "../../numbers.ts";
import { error, nil } from "../../reply.ts";
import { scoreText } from "../../sorted-sets.ts";
import { syntaxError } from "../../strings.ts";
import { ofScores } from "./zscore.ts";

export const zrandmember: OracleCommand = {
  name: "zrandmember",
  arity: -2,
  class: "random",
  run(call) {
    const { words, session } = call;
    if (words.length === 2) {
      return ofScores(call, (scores) => (scores.size === 0 ? nil : drawnOne(elements(scores))));
    }
    const count = drawCount(words[2] as string);
    if (typeof count !== "bigint") return count;
    const hasScores = words[3]?.toUpperCase() === "WITHSCORES";
    if (words.length > 4 || (words.length === 4 && !hasScores)) return syntaxError;
    // Twice as many must be countable too.
    if (hasScores && (count > int64Max / 2n || count < -(int64Max / 2n)))
      return error(errors.valueOutOfRange);
    const pairs = session.protocol === 3 ? "nested doubles" : "flat";
    return ofScores(call, (scores) => drawnMany(elements(scores), count, hasScores ? pairs : "none"));
  },
};

function elements(scores: ReadonlyMap<string, number>): Elements {
  return new Map([...scores].map(([member, score]) => [member, scoreText(score)]));
}
