// Set algebra: union, intersection and difference of sets, for the commands that reply and those that store.
//
// A missing key is an empty set. All keys are looked up, and their types checked, before anything is gathered.

import type { Databases } from "../../keyspace/databases.ts";
import { EVENT_GENERIC, EVENT_SET } from "../../keyspace/key-events.ts";
import { SetView } from "../../keyspace/set-view.ts";
import { equalBytes } from "../../lib/bytes.ts";
import type { Args } from "../../resp/args.ts";
import { errors } from "../../resp/errors.ts";
import type { CommandContext } from "../context.ts";
import { MemberList } from "./member-list.ts";
import { writeMembers } from "./smembers.ts";

export type SetOperation = "union" | "inter" | "diff";

/** Views that are kept for the next command. */
const KEPT_SOURCES = 16;

const sources: SetView[] = [];
const members = new MemberList();

/** Replies with the sets of arguments 1 and on, put together. */
export function replyCombined(context: CommandContext, operation: SetOperation): void {
  const { args, reply } = context;
  const count = args.count - 1;
  if (!openSources(context, 1, count)) return reply.error(errors.wrongType);
  if (count === 1) {
    writeMembers(sources[0] as SetView, reply);
  } else {
    combine(context, operation, 1, count);
    members.writeTo(reply);
  }
  trimSources();
}

/** Stores the sets of arguments 2 and on, put together, at argument 1; `event`: the command's name. */
export function storeCombined(context: CommandContext, operation: SetOperation, event: string): void {
  const { keyspace, args, reply } = context;
  const count = args.count - 2;
  if (!openSources(context, 2, count)) return reply.error(errors.wrongType);
  combine(context, operation, 2, count);
  trimSources();
  const wasThere = members.store(keyspace, args, 1);
  if (members.count > 0) keyspace.notify(EVENT_SET, event, args, 1);
  else if (wasThere) keyspace.notify(EVENT_GENERIC, "del", args, 1);
  reply.int(members.count);
}

/**
 * How many members the sets of `count` arguments from `first` on have in common, counting no further than `limit`
 * unless it is 0; -1 when one of the keys holds another type.
 */
export function commonCount(context: CommandContext, first: number, count: number, limit: number): number {
  if (!openSources(context, first, count)) return -1;
  const common = intersect(count, limit, false);
  trimSources();
  return common;
}

function openSources({ keyspace, args }: CommandContext, first: number, count: number): boolean {
  for (let k = 0; k < count; k++) {
    sources[k] ??= new SetView();
    if (keyspace.readSet(args, first + k, sources[k] as SetView) === undefined) return false;
  }
  return true;
}

function trimSources(): void {
  if (sources.length > KEPT_SOURCES) sources.length = KEPT_SOURCES;
}

function combine(
  { keyspace, args }: CommandContext,
  operation: SetOperation,
  first: number,
  count: number,
): void {
  members.clear();
  const hashOf = keyspace.databases[0] as Databases;
  if (operation === "inter") intersect(count, 0, true);
  else if (operation === "union") unite(count, hashOf);
  else if (!isSubtractedFromItself(args, first, count)) subtract(count, hashOf);
}

function intersect(count: number, limit: number, isGathering: boolean): number {
  let least = 0;
  for (let k = 1; k < count; k++) {
    if ((sources[k] as SetView).length < (sources[least] as SetView).length) least = k;
  }
  const shortest = sources[least] as SetView;
  let common = 0;
  shortest.rewind();
  while (shortest.next()) {
    if (!isInOthers(shortest, count, least, true)) continue;
    if (isGathering) members.add(shortest.member);
    if (++common === limit) break;
  }
  return common;
}

// Whether the member that `set`, source number `own`, shows is in all the other sets, or with `all` false in any.
function isInOthers(set: SetView, count: number, own: number, all: boolean): boolean {
  const { bytes, start, end, data } = set.member.text();
  for (let k = 0; k < count; k++) {
    if (k !== own && (sources[k] as SetView).hasBytes(bytes, start, end, data) !== all) return !all;
  }
  return all;
}

function unite(count: number, hashes: Databases): void {
  for (let k = 0; k < count; k++) {
    const set = sources[k] as SetView;
    set.rewind();
    while (set.next()) {
      const { bytes, start, end } = set.member.text();
      members.addNew(set.member, hashes.hashOf(bytes, start, end));
    }
  }
}

function subtract(count: number, hashes: Databases): void {
  const first = sources[0] as SetView;
  first.rewind();
  if (isLookingUp(count)) {
    while (first.next()) if (!isInOthers(first, count, 0, false)) members.add(first.member);
    return;
  }
  unite(1, hashes);
  for (let k = 1; k < count && members.count > 0; k++) {
    const set = sources[k] as SetView;
    set.rewind();
    while (set.next()) {
      const { bytes, start, end } = set.member.text();
      members.strike(set.member, hashes.hashOf(bytes, start, end));
    }
  }
}

// Whether to look up the first set's members in the others, rather than the others' in a copy of the first: Redis's
// choice by the work to be done. The first way counts half, since it often ends early. It must be the same choice:
// see member-list.ts.
function isLookingUp(count: number): boolean {
  const { length } = sources[0] as SetView;
  let lookups = 0;
  let strikes = 0;
  for (let k = 0; k < count; k++) {
    const set = sources[k] as SetView;
    if (!set.exists) continue;
    lookups += length;
    strikes += set.length;
  }
  return Math.floor(lookups / 2) <= strikes;
}

function isSubtractedFromItself(args: Args, first: number, count: number): boolean {
  const { bytes } = args;
  for (let i = first + 1; i < first + count; i++) {
    if (equalBytes(bytes, args.start(first), args.end(first), bytes, args.start(i), args.end(i))) return true;
  }
  return false;
}
