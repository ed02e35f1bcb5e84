// GEOSEARCH, GEOSEARCHSTORE, GEORADIUS and GEORADIUSBYMEMBER with their read-only forms.
//
// Members that are equally far may come in any order; which of them a COUNT leaves out is the server's choice.

import { entryAt, sortedSetOf, store } from "../../collections.ts";
import type { Call, OracleCommand } from "../../command.ts";
import { difference } from "../../compare.ts";
import type { SortedSetValue } from "../../model.ts";
import { array, bulk, chosen, integer, type Reply } from "../../reply.ts";
import { wrongType } from "../../strings.ts";
import { distanceText } from "./distances.ts";
import { placeReply } from "./places.ts";
import { type Form, type Query, queryOf } from "./query.ts";
import { type FoundPlace, found } from "./search.ts";
import { parts } from "./trigonometry.ts";

export const searchCommands: readonly OracleCommand[] = [
  command({ name: "geosearch", by: "options", target: "none" }, -7),
  command({ name: "geosearchstore", by: "options", target: "first" }, -8),
  command({ name: "georadius", by: "place", target: "option" }, -6),
  command({ name: "georadius_ro", by: "place", target: "none" }, -6),
  command({ name: "georadiusbymember", by: "member", target: "option" }, -5),
  command({ name: "georadiusbymember_ro", by: "member", target: "none" }, -5),
];

function command(form: Form, arity: number): OracleCommand {
  return { name: form.name, arity, class: "exact", run: (call) => search(call, form) };
}

function search(call: Call, form: Form): Reply {
  const { words } = call;
  const set = entryAt(call, words[form.target === "first" ? 2 : 1] as string, "zset");
  if (set === "wrong type") return wrongType;
  const query = queryOf(form, words, set);
  if ("kind" in query) return query;
  const ties = set === undefined ? [] : groupsOf(set, query);
  return query.target === undefined ? rowsReply(call, query, ties) : stored(call, query, ties);
}

/** Found places that are equally far together; each is alone where no order was asked for. */
type Ties = readonly (readonly FoundPlace[])[];

function groupsOf(set: SortedSetValue, query: Query): Ties {
  const { middle, shape, order, count, isAny } = query;
  if (middle === undefined || shape === undefined) return [];
  const places = found(set, middle, shape, isAny ? Number(count) : undefined);
  if (order === "none" && (count === 0n || isAny)) return places.map((place) => [place]);
  const sign = order === "farthest first" ? -1 : 1;
  places.sort((a, b) => sign * (a.distance - b.distance));
  const groups: FoundPlace[][] = [];
  for (const place of places) {
    const last = groups.at(-1);
    if (last?.[0]?.distance === place.distance) last.push(place);
    else groups.push([place]);
  }
  return groups;
}

function countOf(query: Query, ties: Ties): number {
  const all = ties.flat().length;
  return query.count === 0n ? all : Math.min(all, Number(query.count));
}

function rowsReply({ session }: Call, query: Query, ties: Ties): Reply {
  const count = countOf(query, ties);
  const groups = ties.map((group) => group.map((place) => rowReply(query, place)));
  if (groups.every(({ length }) => length === 1)) return array(groups.flat().slice(0, count));
  const { protocol } = session;
  return chosen(`${count} places, those equally far in any order`, (answer) => {
    if (answer.kind !== "array" || answer.items.length !== count) return false;
    const rest = [...answer.items];
    return groups.every((group) => {
      const left = [...group];
      return rest.splice(0, group.length).every((item) => {
        const at = left.findIndex((row) => difference(row, item, protocol) === undefined);
        if (at >= 0) left.splice(at, 1);
        return at >= 0;
      });
    });
  });
}

function rowReply(query: Query, { member, score, place, distance }: FoundPlace): Reply {
  const { hasDistances, hasScores, hasPlaces, shape } = query;
  const row: Reply[] = [bulk(member)];
  if (hasDistances) row.push(bulk(distanceText(distance / (shape?.unit ?? 1))));
  if (hasScores) row.push(integer(truncated(score)));
  if (hasPlaces) row.push(placeReply(place));
  return row.length === 1 ? bulk(member) : array(row);
}

// As processors make a signed integer of a double.
function truncated(score: number): bigint {
  const { mantissa, exponent } = parts(Math.trunc(score));
  if (!Number.isFinite(score) || Math.abs(score) >= 2 ** 63) return -(1n << 63n);
  return exponent >= 0 ? mantissa << BigInt(exponent) : mantissa / (1n << BigInt(-exponent));
}

function stored(call: Call, query: Query, ties: Ties): Reply {
  const { model, session } = call;
  const { shape, isByDistance, target = "" } = query;
  const count = countOf(query, ties);
  const scoreOf = ({ score, distance }: FoundPlace): number => {
    return isByDistance ? distance / (shape?.unit ?? 1) : score;
  };
  const places = ties.flat().slice(0, count);
  const value = new Map(places.map((place) => [place.member, scoreOf(place)]));
  store(call, target, sortedSetOf(model, value), undefined);
  // Libraries differ in the last place of a distance.
  if (isCut(ties, count) || (isByDistance && count > 0)) model.inDoubt.push({ db: session.db, key: target });
  return integer(count);
}

// Whether some of those that are equally far are within the count and others are not.
function isCut(ties: Ties, count: number): boolean {
  let end = 0;
  return ties.some(({ length }) => {
    const start = end;
    end += length;
    return start < count && count < end;
  });
}
