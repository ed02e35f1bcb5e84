// ZCOUNT and ZLEXCOUNT: how many members lie within a range.

import { entryAt } from "../../collections.ts";
import type { OracleCommand } from "../../command.ts";
import { oneOf } from "../../one-of.ts";
import { integer } from "../../reply.ts";
import { ranked } from "../../sorted-sets.ts";
import { wrongType } from "../../strings.ts";
import { byScore, memberEnds, memberRange, memberStarts, runBack, runFrom, scoreRange } from "./ranges.ts";

export const zcount: OracleCommand = {
  name: "zcount",
  arity: 4,
  class: "exact",
  run(call) {
    const [, key = "", min = "", max = ""] = call.words;
    const range = scoreRange(min, max);
    if ("kind" in range) return range;
    const entry = entryAt(call, key, "zset");
    if (entry === "wrong type") return wrongType;
    return integer(entry === undefined ? 0 : byScore(ranked(entry.value), range).length);
  },
};

export const zlexcount: OracleCommand = {
  name: "zlexcount",
  arity: 4,
  class: "exact",
  run(call) {
    const [, key = "", min = "", max = ""] = call.words;
    const range = memberRange(min, max);
    if ("kind" in range) return range;
    const entry = entryAt(call, key, "zset");
    if (entry === "wrong type") return wrongType;
    if (entry === undefined) return integer(0);
    const rows = ranked(entry.value);
    const starts = memberStarts(entry, rows, range);
    if (entry.encoding === "listpack") {
      return integer(starts[0] === undefined ? 0 : runFrom(rows, starts[0], range).length);
    }
    // A skiplist searches both ends, and takes the difference of their ranks; an end that is outside counts as the last.
    const ends = memberEnds(entry, rows, range).map((end) => {
      return runBack(rows, end, range).length === 0 ? rows.length - 1 : end;
    });
    const counts = starts.flatMap((start) => {
      if (runFrom(rows, start, range).length === 0) return [0];
      return ends.length === 0 ? [rows.length - start] : ends.map((end) => end - start + 1);
    });
    return oneOf(
      call,
      [...new Set(starts.length === 0 ? [0] : counts)].map((count) => ({ reply: integer(count) })),
    );
  },
};
