// Queries: what the words of a search ask for, read one after the other, so that the first mistake is the one told.

import { parseDouble } from "../../doubles.ts";
import { errors } from "../../errors.ts";
import type { SortedSetValue } from "../../model.ts";
import { int64 } from "../../numbers.ts";
import { error, type Reply } from "../../reply.ts";
import { notAnInteger, syntaxError } from "../../strings.ts";
import type { Place } from "./cells.ts";
import { errorNaming, placeFrom, placeOfMember, unitFrom } from "./places.ts";
import type { Shape } from "./search.ts";

/** `middle` and `shape` are missing where the sorted set is: then nothing is searched. */
export type Query = {
  middle?: Place;
  shape?: Shape;
  hasDistances: boolean;
  hasScores: boolean;
  hasPlaces: boolean;
  order: "none" | "nearest first" | "farthest first";
  /** 0: all. */
  count: bigint;
  isAny: boolean;
  /** The key that takes what is found. */
  target?: string;
  /** The target's scores are distances. */
  isByDistance: boolean;
};

export type Form = {
  readonly name: string;
  /** Where middle and shape are given by position, or that they are options. */
  readonly by: "place" | "member" | "options";
  /** It may have a target among its options, it has one as its first word, or none. */
  readonly target: "option" | "first" | "none";
};

type Reading = {
  readonly form: Form;
  readonly words: readonly string[];
  readonly set: SortedSetValue | undefined;
  readonly query: Query;
  hasMiddle: "no" | "member" | "place";
  hasShape: "no" | "circle" | "box";
};

/** What is asked of a sorted set, or of a missing one; or the error. */
export function queryOf(
  form: Form,
  words: readonly string[],
  set: SortedSetValue | undefined,
): Query | Reply {
  const query: Query = {
    hasDistances: false,
    hasScores: false,
    hasPlaces: false,
    order: "none",
    count: 0n,
    isAny: false,
    isByDistance: false,
  };
  const reading: Reading = { form, words, set, query, hasMiddle: "no", hasShape: "no" };
  if (form.target === "first") query.target = words[1] as string;
  const positional = form.by === "options" ? undefined : readPositions(reading);
  if (positional !== undefined) return positional;
  const first = { place: 6, member: 5, options: form.target === "first" ? 3 : 2 }[form.by];
  for (let at = first; at < words.length; ) {
    const next = readOption(reading, at);
    if (typeof next !== "number") return next;
    at = next;
  }
  return mistakeIn(reading) ?? query;
}

// "longitude latitude radius unit", or "member radius unit", of which nothing is looked at where there is no key.
function readPositions({ form, words, set, query }: Reading): Reply | undefined {
  if (form.by === "member" && set === undefined) return undefined;
  const middle =
    form.by === "place"
      ? placeFrom(words[2] as string, words[3] as string)
      : memberPlace(set, words[2] as string);
  if ("kind" in middle) return middle;
  const shape = circleFrom(words, form.by === "place" ? 4 : 3);
  if (isReply(shape)) return shape;
  query.middle = middle;
  query.shape = shape;
  return undefined;
}

// The word behind the option, or the error.
function readOption(reading: Reading, at: number): number | Reply {
  const { form, words, query } = reading;
  const option = (words[at] as string).toLowerCase();
  const left = words.length - at - 1;
  const mayName = form.target === "option" && left >= 1;
  switch (option) {
    case "withdist":
      query.hasDistances = true;
      return at + 1;
    case "withhash":
      query.hasScores = true;
      return at + 1;
    case "withcoord":
      query.hasPlaces = true;
      return at + 1;
    case "any":
      query.isAny = true;
      return at + 1;
    case "asc":
      query.order = "nearest first";
      return at + 1;
    case "desc":
      query.order = "farthest first";
      return at + 1;
    case "count":
      return left < 1 ? syntaxError : readCount(query, words[at + 1] as string, at + 2);
    case "store":
      if (!mayName) return syntaxError;
      query.target = words[at + 1] as string;
      query.isByDistance = false;
      return at + 2;
    case "storedist":
      query.isByDistance = true;
      if (form.target === "first") return at + 1;
      if (!mayName) return syntaxError;
      query.target = words[at + 1] as string;
      return at + 2;
    default:
      return form.by === "options" ? readArea(reading, option, at) : syntaxError;
  }
}

function readCount(query: Query, text: string, next: number): number | Reply {
  const count = int64(text);
  if (count === undefined) return notAnInteger;
  if (count <= 0n) return error(errors.geoCount);
  query.count = count;
  return next;
}

// One way of saying the middle and one of saying the shape may be used, even twice.
function readArea(reading: Reading, option: string, at: number): number | Reply {
  const { words, set, query } = reading;
  const left = words.length - at - 1;
  if (option === "frommember" && left >= 1 && reading.hasMiddle !== "place") {
    reading.hasMiddle = "member";
    if (set === undefined) return at + 2;
    const middle = memberPlace(set, words[at + 1] as string);
    if ("kind" in middle) return middle;
    query.middle = middle;
    return at + 2;
  }
  if (option === "fromlonlat" && left >= 2 && reading.hasMiddle !== "member") {
    const middle = placeFrom(words[at + 1] as string, words[at + 2] as string);
    if ("kind" in middle) return middle;
    reading.hasMiddle = "place";
    query.middle = middle;
    return at + 3;
  }
  const isCircle = option === "byradius" && left >= 2 && reading.hasShape !== "box";
  const isBox = option === "bybox" && left >= 3 && reading.hasShape !== "circle";
  if (!isCircle && !isBox) return syntaxError;
  const shape = isCircle ? circleFrom(words, at + 1) : boxFrom(words, at + 1);
  if (isReply(shape)) return shape;
  reading.hasShape = isCircle ? "circle" : "box";
  query.shape = shape;
  return at + (isCircle ? 3 : 4);
}

function mistakeIn({ form, words, query, hasMiddle, hasShape }: Reading): Reply | undefined {
  const { hasDistances, hasScores, hasPlaces, target } = query;
  if (target !== undefined && (hasDistances || hasScores || hasPlaces)) {
    return error(errors.geoStore(form.by === "options" ? "GEOSEARCHSTORE" : "STORE option in GEORADIUS"));
  }
  const command = words[0] as string;
  if (form.by === "options" && hasMiddle === "no") return errorNaming(errors.geoFrom, command);
  if (form.by === "options" && hasShape === "no") return errorNaming(errors.geoBy, command);
  return query.isAny && query.count === 0n ? error(errors.geoAny) : undefined;
}

function memberPlace(set: SortedSetValue | undefined, member: string): Place | Reply {
  return (set && placeOfMember(set, member)) ?? error(errors.geoMember);
}

function circleFrom(words: readonly string[], at: number): Shape | Reply {
  const radius = parseDouble(words[at] as string);
  if (radius === undefined) return error(errors.geoRadius);
  if (radius < 0) return error(errors.geoRadiusNegative);
  const unit = unitFrom(words[at + 1] as string);
  return typeof unit === "number" ? { kind: "circle", radius, unit } : unit;
}

function boxFrom(words: readonly string[], at: number): Shape | Reply {
  const width = parseDouble(words[at] as string);
  if (width === undefined) return error(errors.geoWidth);
  const height = parseDouble(words[at + 1] as string);
  if (height === undefined) return error(errors.geoHeight);
  if (width < 0 || height < 0) return error(errors.geoBoxNegative);
  const unit = unitFrom(words[at + 2] as string);
  return typeof unit === "number" ? { kind: "box", width, height, unit } : unit;
}

function isReply(shape: Shape | Reply): shape is Reply {
  return shape.kind !== "circle" && shape.kind !== "box";
}
