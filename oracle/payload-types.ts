// Collections in payloads: which byte begins them, and what they hold.
//
// Role: one case for each form that a server may write or still read; thresholds of the configuration decide how what
// was read is encoded, as they do for a value that commands build.

import { hashOf, isTooLongForHash, limit, setOf, sortedSetOf } from "./collections.ts";
import { parseDouble } from "./doubles.ts";
import type { Entry, Model, Value } from "./model.ts";
import { intsetMembers, listpackElements } from "./packed.ts";
import type { PayloadReader } from "./payload-reader.ts";
import { streamFrom } from "./payload-streams.ts";

const typeBytes = { hashtable: 4, listpack: 16 } as const;
const typeBytesOfSets = { hashtable: 2, intset: 11 } as const;
const typeBytesOfSortedSets = { skiplist: 5, listpack: 17 } as const;

/** How the payload of a value begins. */
export function typeByteOf(entry: Entry): number {
  switch (entry.type) {
    case "string":
      return 0;
    case "list":
      return 18;
    case "hash":
      return typeBytes[entry.encoding];
    case "set":
      return typeBytesOfSets[entry.encoding];
    case "stream":
      return 19;
    case "zset":
      return typeBytesOfSortedSets[entry.encoding];
  }
}

/** The collection behind its type byte; undefined when it is malformed or empty. */
export function storedCollection(type: number, reader: PayloadReader, model: Model): Value | undefined {
  switch (type) {
    case 1:
      return listFrom(many(reader, (from) => from.string()));
    case 2:
      return setFrom(
        many(reader, (from) => from.string()),
        model,
      );
    case 3:
      return sortedSetFrom(
        many(reader, (from) => scored(from.string(), from.doubleText())),
        model,
        "built",
      );
    case 4:
      return hashFrom(
        many(reader, (from) => pairOf(from.string(), from.string())),
        model,
        "built",
      );
    case 5:
      return sortedSetFrom(
        many(reader, (from) => scored(from.string(), from.double())),
        model,
        "built",
      );
    case 11:
      return setFrom(intsetMembers(reader.string() ?? ""), model);
    case 16:
      return hashFrom(pairs(listpackElements(reader.string() ?? "")), model, "packed");
    case 17:
      return sortedSetFrom(
        pairs(listpackElements(reader.string() ?? ""))?.map(([member, score]) => [
          member,
          parseDouble(score),
        ]),
        model,
        "packed",
      );
    case 18:
      return listFrom(many(reader, nodeElements)?.flat());
    case 15:
      return streamFrom(reader, "old");
    case 19:
      return streamFrom(reader, "counted");
    default:
      return undefined;
  }
}

// A piece of a list: one long element by itself, or a listpack of several.
function nodeElements(reader: PayloadReader): readonly string[] | undefined {
  const container = reader.count();
  const bytes = reader.string();
  if (bytes === undefined) return undefined;
  if (container === 1) return [bytes];
  return container === 2 ? listpackElements(bytes) : undefined;
}

function listFrom(elements: readonly string[] | undefined): Value | undefined {
  if (elements === undefined || elements.length === 0) return undefined;
  return { type: "list", value: elements, encoding: "quicklist" };
}

// "packed": its elements are not looked at again, only their number.
type Origin = "built" | "packed";

function setFrom(members: readonly string[] | undefined, model: Model): Value | undefined {
  if (members === undefined || members.length === 0) return undefined;
  const value = new Set(members);
  return value.size < members.length ? undefined : setOf(model, value, false);
}

function hashFrom(
  fields: readonly (readonly [string, string])[] | undefined,
  model: Model,
  origin: Origin,
): Value | undefined {
  if (fields === undefined || fields.length === 0) return undefined;
  const value = new Map(fields);
  if (value.size < fields.length) return undefined;
  const isLong = origin === "built" && fields.flat().some((text) => isTooLongForHash(model, text));
  return hashOf(model, value, { isLarge: isLong });
}

function sortedSetFrom(
  members: readonly (readonly [string, number | undefined])[] | undefined,
  model: Model,
  origin: Origin,
): Value | undefined {
  if (members === undefined || members.length === 0) return undefined;
  const value = new Map<string, number>();
  for (const [member, score] of members) {
    if (score === undefined || Number.isNaN(score)) return undefined;
    value.set(member, score);
  }
  if (value.size < members.length) return undefined;
  if (origin === "built") return sortedSetOf(model, value);
  const isPacked = value.size <= limit(model, "zset-max-listpack-entries");
  return { type: "zset", value, encoding: isPacked ? "listpack" : "skiplist" };
}

function many<Element>(
  reader: PayloadReader,
  read: (reader: PayloadReader) => Element | undefined,
): Element[] | undefined {
  const count = reader.count();
  if (count === undefined) return undefined;
  const elements: Element[] = [];
  for (let i = 0; i < count; i++) {
    const element = read(reader);
    if (element === undefined) return undefined;
    elements.push(element);
  }
  return elements;
}

function pairOf(field: string | undefined, value: string | undefined): readonly [string, string] | undefined {
  return field === undefined || value === undefined ? undefined : [field, value];
}

function scored(
  member: string | undefined,
  score: number | undefined,
): readonly [string, number] | undefined {
  return member === undefined || score === undefined ? undefined : [member, score];
}

function pairs(elements: readonly string[] | undefined): (readonly [string, string])[] | undefined {
  if (elements === undefined || elements.length % 2 !== 0) return undefined;
  const found: (readonly [string, string])[] = [];
  for (let i = 0; i < elements.length; i += 2) found.push([elements[i] as string, elements[i + 1] as string]);
  return found;
}
