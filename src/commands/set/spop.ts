// SPOP: takes members drawn at random out of a set: one, or up to a number of them.

import { type Databases, NO_EXPIRY } from "../../keyspace/databases.ts";
import { EVENT_GENERIC, EVENT_SET } from "../../keyspace/key-events.ts";
import type { Keyspace } from "../../keyspace/keyspace.ts";
import type { SetView } from "../../keyspace/set-view.ts";
import { type Int64Words, parseInt64Words } from "../../lib/int64-words.ts";
import type { Rng } from "../../lib/rng.ts";
import type { Args } from "../../resp/args.ts";
import { errors } from "../../resp/errors.ts";
import type { ReplyWriter } from "../../resp/reply-writer.ts";
import { ENCODING_COMPACT } from "../../store/entry.ts";
import type { CommandContext } from "../context.ts";
import { defineCommand } from "../define.ts";
import { readIndex } from "../string/index-range.ts";
import { integer, introduced, key, optional } from "../syntax.ts";
import { writeMembers } from "./smembers.ts";

/** Redis moves the members that stay, not those that go, when there are so many times more of the latter. */
const FEW_LEFT = 5;
const words: Int64Words = { high: 0, low: 0 };
/** While they are asked for, the members that the present call has drawn. */
export const drawn: { isWanted: boolean; readonly members: Uint8Array[] } = { isWanted: false, members: [] };

export const spop = defineCommand({
  name: "spop",
  summary: "Removes members of a set drawn at random and returns them.",
  since: "1.0.0",
  group: "set",
  complexity: "O(N) for N members removed.",
  flags: ["write", "fast"],
  syntax: [key("RW access delete"), introduced("3.2.0", optional(integer("count", "count")))],
  class: "random",
  tips: ["nondeterministic_output"],
  history: [["3.2.0", "A count may be given."]],
  run(context) {
    const { keyspace, args, reply, server } = context;
    if (args.count > 3) return reply.error(errors.syntax);
    if (args.count === 3) return popSeveral(context);
    const set = keyspace.setForUpdate(args, 1);
    if (set === undefined) return reply.error(errors.wrongType);
    if (!set.exists) return reply.null();
    popOne(set, server.rng, reply);
    keyspace.notify(EVENT_SET, "spop", args, 1);
    if (!set.exists) keyspace.notify(EVENT_GENERIC, "del", args, 1);
  },
});

function popSeveral({ keyspace, args, reply, server }: CommandContext): void {
  const count = readIndex(args, 2);
  if (!(count >= 0)) return reply.error(errors.mustBePositive);
  const set = keyspace.setForUpdate(args, 1);
  if (set === undefined) return reply.error(errors.wrongType);
  if (!set.exists || count === 0) return reply.set(0);
  keyspace.notify(EVENT_SET, "spop", args, 1);
  if (count < set.length) {
    reply.set(count);
    for (let i = 0; i < count; i++) popOne(set, server.rng, reply);
    if (set.length * FEW_LEFT <= count) startAfresh(keyspace, args, set);
    return;
  }
  writeMembers(set, reply);
  // One change per member, as when each of them is taken out by itself.
  const { owner } = set.entry;
  (owner as Databases).dirty += set.length - 1;
  set.removeKey();
  keyspace.notify(EVENT_GENERIC, "del", args, 1);
}

// Where few are left Redis makes a new set of them, so integers alone are an intset again.
function startAfresh(keyspace: Keyspace, args: Args, set: SetView): void {
  const { entry } = set;
  if (entry.encoding === ENCODING_COMPACT) return;
  const left: Uint8Array[] = [];
  set.rewind();
  while (set.next()) {
    const { bytes, start, end } = set.member.text();
    if (!parseInt64Words(bytes, start, end, words)) return;
    left.push(bytes.slice(start, end));
  }
  const owner = entry.owner as Databases;
  const { dirty } = owner;
  const expireAtMs = entry.hasExpiry ? entry.expireAtMs : NO_EXPIRY;
  set.removeKey();
  const fresh = keyspace.setForUpdate(args, 1) as SetView;
  for (const each of left) fresh.addBytes(each, 0, each.length);
  if (expireAtMs !== NO_EXPIRY) keyspace.setExpiry(fresh.entry, expireAtMs);
  owner.dirty = dirty;
}

function popOne(set: SetView, rng: Rng, reply: ReplyWriter): void {
  set.random(rng);
  const { member } = set;
  member.writeTo(reply);
  const { bytes, start, end } = member.text();
  if (drawn.isWanted) drawn.members.push(bytes.slice(start, end));
  set.removeDrawn();
}
