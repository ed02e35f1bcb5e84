// Seen: what the model knows of stored values, for drawing calls that find something there.
//
// Invariant: looks at a few elements of a value, however many it has.

import type { Chance } from "../../compat/generator/chance.ts";
import type { GroupSeen } from "../../compat/generator/generate.ts";
import type { Database, Entry } from "../model.ts";
import { idText } from "../stream-ids.ts";

/** Of what a group waits for no more are drawn from. */
const pendingMax = 8;
const none: readonly GroupSeen[] = [];
/** Of many elements, or keys, one of so many is drawn. */
const lookedAtMax = 8;

/** An element, member or field of what is stored. */
export function elementSeen(entry: Entry | undefined, chance: Chance): string | undefined {
  switch (entry?.type) {
    case "list":
      return entry.value.at(chance.between(-lookedAtMax, lookedAtMax - 1) % Math.max(entry.value.length, 1));
    case "set":
    case "zset":
    case "hash":
      return nth(entry.value.keys(), chance.below(Math.min(entry.value.size, lookedAtMax)));
    default:
      return undefined;
  }
}

/** A key that has a time to live, or whose fields have, and holds a value of `type`; undefined: of any. */
export function expiringSeen(
  database: Database | undefined,
  type: string | undefined,
  chance: Chance,
): string | undefined {
  if (database === undefined || database.expiring.size === 0) return undefined;
  let left = chance.below(Math.min(database.expiring.size, lookedAtMax));
  let latest: string | undefined;
  let looks = 2 * lookedAtMax;
  for (const key of database.expiring) {
    if (type === undefined || database.get(key)?.type === type) {
      latest = key;
      if (left-- === 0) break;
    }
    if (--looks === 0) break;
  }
  return latest;
}

function nth(elements: Iterable<string>, index: number): string | undefined {
  let left = index;
  for (const each of elements) if (left-- === 0) return each;
  return undefined;
}

/** The groups of a stream, with some of what each waits for. */
export function groupsSeen(entry: Entry | undefined): readonly GroupSeen[] {
  if (entry?.type !== "stream" || entry.groups.size === 0) return none;
  const seen: GroupSeen[] = [];
  for (const [name, group] of entry.groups) {
    const pending: string[] = [];
    let consumer = "";
    for (const [id, given] of group.pending) {
      if (pending.length === pendingMax) break;
      pending.push(idText(id));
      consumer = given.consumer;
    }
    const hasNews = entry.length > 0 && group.lastId < entry.lastId;
    seen.push({ name, hasNews, pending, consumer });
  }
  return seen;
}
