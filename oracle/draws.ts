// Draws: what HRANDFIELD, SRANDMEMBER and ZRANDMEMBER take and answer. What is drawn is the server's choice.

import { errors } from "./errors.ts";
import { int64, int64Min } from "./numbers.ts";
import { type Answer, array, chosen, error, type Reply } from "./reply.ts";
import { notAnInteger } from "./strings.ts";

/** Elements by their text, each with what is told with it. */
export type Elements = ReadonlyMap<string, string>;

/** How many are asked for, or the error: "-9223372036854775808" has no positive. */
export function drawCount(text: string): bigint | Reply {
  const count = int64(text);
  if (count === undefined) return notAnInteger;
  return count === int64Min ? error(errors.countOutOfRange) : count;
}

/** One element that is there. */
export function drawnOne(elements: Elements): Reply {
  return chosen("one that is there", (answer) => answer.kind === "bulk" && elements.has(answer.text));
}

/**
 * Several: a positive count gives as many different ones, or all there are; a negative one exactly so many, some of
 * them again. `isNested`: with their values, as pairs of their own.
 */
export function drawnMany(
  elements: Elements,
  count: bigint,
  values: "none" | "flat" | "nested" | "nested doubles",
): Reply {
  const isDistinct = count >= 0n;
  const most = isDistinct && count > elements.size ? BigInt(elements.size) : count;
  const wanted = elements.size === 0 ? 0 : Number(most < 0n ? -most : most);
  if (wanted === 0) return array([]);
  return chosen(`${wanted} ${isDistinct ? "different " : ""}ones that are there`, (answer) => {
    if (answer.kind !== "array") return false;
    const rows = rowsOf(answer.items, values);
    if (rows === undefined || rows.length !== wanted) return false;
    if (isDistinct && new Set(rows.map(([text]) => text)).size !== wanted) return false;
    return rows.every(([text, value]) => {
      return elements.has(text) && (values === "none" || elements.get(text) === value);
    });
  });
}

type Row = readonly [text: string, value: string];

function rowsOf(
  items: readonly Answer[],
  values: "none" | "flat" | "nested" | "nested doubles",
): Row[] | undefined {
  const step = values === "flat" ? 2 : 1;
  if (items.length % step !== 0) return undefined;
  const rows: Row[] = [];
  for (let i = 0; i < items.length; i += step) {
    let pair = items.slice(i, i + step);
    const [first] = pair;
    if (values.startsWith("nested")) {
      if (first?.kind !== "array" || first.items.length !== 2) return undefined;
      pair = [...first.items];
    }
    const [element, value] = pair;
    if (element?.kind !== "bulk") return undefined;
    if (values !== "none" && value?.kind !== (values === "nested doubles" ? "double" : "bulk"))
      return undefined;
    rows.push([element.text, value !== undefined && "text" in value ? value.text : ""]);
  }
  return rows;
}
