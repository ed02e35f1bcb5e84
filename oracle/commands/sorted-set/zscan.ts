// ZSCAN: a piece of a walk over a sorted set.

import type { OracleCommand } from "../../command.ts";
import { scoreText } from "../../sorted-sets.ts";
import { elementScan } from "../generic/scan-page.ts";

export const zscan: OracleCommand = {
  name: "zscan",
  arity: -3,
  class: "unordered",
  run: (call) =>
    elementScan(call, "zset", ({ value, encoding }) => {
      const textOf = encoding === "listpack" ? packedText : scoreText;
      return new Map([...value].map(([member, score]) => [member, textOf(score)]));
    }),
};

const packedMax = 2 ** 62;

// As it stands in a listpack, which holds whole numbers as such.
function packedText(score: number): string {
  const isWhole = Math.abs(score) <= packedMax && Number.isInteger(score);
  return isWhole ? `${BigInt(score)}` : scoreText(score);
}
