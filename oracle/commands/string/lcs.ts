// LCS: the longest common subsequence of two strings, its length, or where its runs stand in both.

import type { OracleCommand } from "../../command.ts";
import { errors } from "../../errors.ts";
import { int64 } from "../../numbers.ts";
import { array, bulk, error, integer, map, type Reply } from "../../reply.ts";
import { lengthMax, notAnInteger, stringAt, syntaxError } from "../../strings.ts";

type Options = { hasLength: boolean; hasIndexes: boolean; hasRunLength: boolean; runLengthMin: bigint };

// A run of matching bytes: where it begins in either string, and its length.
type Run = { readonly a: number; readonly b: number; readonly length: number };

export const lcs: OracleCommand = {
  name: "lcs",
  arity: -3,
  class: "exact",
  run(call) {
    const a = stringAt(call, call.words[1] as string);
    const b = stringAt(call, call.words[2] as string);
    if (a === "wrong type" || b === "wrong type") return error(errors.lcsWrongType);
    const options = optionsOf(call.words);
    if ("kind" in options) return options;
    if (options.hasIndexes && options.hasLength) return error(errors.lcsLengthAndIndexes);
    const first = a?.value ?? "";
    const second = b?.value ?? "";
    // The table of 32-bit lengths that Redis would allocate.
    if ((first.length + 1) * (second.length + 1) * 4 > lengthMax(call)) return error(errors.lcsMemory);
    const lengths = lengthTable(first, second);
    const total = lengths.at(-1)?.at(-1) ?? 0;
    if (options.hasLength) return integer(total);
    const runs = runsOf(first, second, lengths);
    if (!options.hasIndexes) {
      return bulk(
        runs
          .toReversed()
          .map((run) => first.slice(run.a, run.a + run.length))
          .join(""),
      );
    }
    const shown = runs.filter((run) => BigInt(run.length) >= options.runLengthMin);
    return map([
      [bulk("matches"), array(shown.map((run) => runReply(run, options.hasRunLength)))],
      [bulk("len"), integer(total)],
    ]);
  },
};

function optionsOf(words: readonly string[]): Options | Reply {
  const options: Options = { hasLength: false, hasIndexes: false, hasRunLength: false, runLengthMin: 0n };
  for (let i = 3; i < words.length; i++) {
    const name = (words[i] as string).toUpperCase();
    if (name === "LEN") options.hasLength = true;
    else if (name === "IDX") options.hasIndexes = true;
    else if (name === "WITHMATCHLEN") options.hasRunLength = true;
    else if (name === "MINMATCHLEN" && i + 1 < words.length) {
      const least = int64(words[++i] as string);
      if (least === undefined) return notAnInteger;
      options.runLengthMin = least;
    } else return syntaxError;
  }
  return options;
}

// rows[i][j]: the length for the first i bytes of `a` and the first j of `b`.
function lengthTable(a: string, b: string): Uint32Array[] {
  const rows = [new Uint32Array(b.length + 1)];
  for (let i = 1; i <= a.length; i++) {
    const above = rows[i - 1] as Uint32Array;
    const row = new Uint32Array(b.length + 1);
    for (let j = 1; j <= b.length; j++) {
      row[j] =
        a[i - 1] === b[j - 1]
          ? (above[j - 1] as number) + 1
          : Math.max(above[j] as number, row[j - 1] as number);
    }
    rows.push(row);
  }
  return rows;
}

// From the end; of two equally good ways the one that gives up a byte of `b`.
function runsOf(a: string, b: string, lengths: readonly Uint32Array[]): Run[] {
  const runs: Run[] = [];
  let i = a.length;
  let j = b.length;
  while (i > 0 && j > 0) {
    let length = 0;
    while (i > 0 && j > 0 && a[i - 1] === b[j - 1]) {
      i--;
      j--;
      length++;
    }
    if (length > 0) {
      runs.push({ a: i, b: j, length });
      continue;
    }
    const withoutA = lengths[i - 1]?.[j] ?? 0;
    const withoutB = lengths[i]?.[j - 1] ?? 0;
    if (withoutA > withoutB) i--;
    else j--;
  }
  return runs;
}

function runReply({ a, b, length }: Run, hasLength: boolean): Reply {
  const items = [range(a, length), range(b, length)];
  if (hasLength) items.push(integer(length));
  return array(items);
}

function range(start: number, length: number): Reply {
  return array([integer(start), integer(start + length - 1)]);
}
