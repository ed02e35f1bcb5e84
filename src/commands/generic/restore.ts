// RESTORE: a key from what DUMP answered.
//
// As in Redis the key's absence is checked before the TTL and the payload, and a TTL that is over by now
// leaves no key behind, yet is answered with OK.

import { type Databases, NO_EXPIRY } from "../../keyspace/databases.ts";
import type { EntryView } from "../../keyspace/entry-view.ts";
import { EVENT_GENERIC } from "../../keyspace/key-events.ts";
import type { Keyspace } from "../../keyspace/keyspace.ts";
import {
  type CollectionValue,
  isOver,
  readDumpPayload,
  type StringValue,
  storeCollection,
} from "../../persistence/dump-payload.ts";
import { errors } from "../../resp/errors.ts";
import type { ReplyWriter } from "../../resp/reply-writer.ts";
import type { CommandContext } from "../context.ts";
import { defineCommand } from "../define.ts";
import { after, integer, introduced, key, optional, string, word } from "../syntax.ts";

const INT64_BITS = 64;
const ACCESS_BITS = 24;
const FREQUENCY_MAX = 255n;

// What a payload's string may take; Redis knows no bound but memory.
const STRING_BYTES_MAX = 2 ** 31 - 1;

type Options = {
  replaces: boolean;
  isAbsolute: boolean;
  idleSeconds: bigint | undefined;
  frequency: bigint | undefined;
};

export const restore = defineCommand({
  name: "restore",
  summary: "Creates a key from a serialized value.",
  since: "2.6.0",
  group: "generic",
  complexity: "O(N) for a value of N bytes or elements; O(N*log(N)) for a sorted set.",
  flags: ["write", "denyoom"],
  acl: ["dangerous"],
  syntax: [
    key("OW update"),
    integer("ttl", "milliseconds"),
    string("serialized-value", "dump"),
    optional(introduced("3.0.0", word("REPLACE"))),
    optional(introduced("5.0.0", word("ABSTTL"))),
    optional(introduced("5.0.0", after("IDLETIME", integer("seconds")))),
    optional(introduced("5.0.0", after("FREQ", integer("frequency")))),
  ],
  class: "exact",
  history: [
    ["3.0.0", "Added the option `REPLACE`."],
    ["5.0.0", "Added the option `ABSTTL`."],
    ["5.0.0", "Added the options `IDLETIME` and `FREQ`."],
  ],
  run(context) {
    const { keyspace, args, reply } = context;
    const options = readOptions(context);
    if (options === undefined) return;
    if (!options.replaces && keyspace.write(args, 1) !== undefined) return reply.error(errors.busyKey);
    const ttl = args.bigInteger(2);
    if (ttl === undefined) return reply.error(errors.notAnInteger);
    if (ttl < 0n) return reply.error(errors.invalidTtl);
    const reading = readDumpPayload(args.bytes, args.start(3), args.end(3), STRING_BYTES_MAX);
    if (reading.kind === "bad-footer") return reply.error(errors.badDumpFooter);
    if (reading.kind !== "string" && reading.kind !== "collection") return reply.error(errors.badDumpData);

    const atMs = ttl === 0n ? NO_EXPIRY : expiryTime(ttl, options.isAbsolute ? 0 : keyspace.nowMs);
    if ((ttl !== 0n && atMs <= keyspace.nowMs) || isOver(reading, keyspace.nowMs)) {
      if (options.replaces && keyspace.remove(args, 1)) keyspace.notify(EVENT_GENERIC, "del", args, 1);
      return reply.ok();
    }
    const old = keyspace.peek(args, 1);
    if (old !== undefined) removeUncounted(old);
    setAccess(store(context, reading, atMs), options);
    keyspace.notify(EVENT_GENERIC, "restore", args, 1);
    reply.ok();
  },
});

// Replies with the error and returns undefined when the options are not right.
function readOptions({ args, reply }: CommandContext): Options | undefined {
  const options: Options = {
    replaces: false,
    isAbsolute: false,
    idleSeconds: undefined,
    frequency: undefined,
  };
  for (let i = 4; i < args.count; i++) {
    const hasValue = i + 1 < args.count;
    if (args.is(i, "replace")) {
      options.replaces = true;
    } else if (args.is(i, "absttl")) {
      options.isAbsolute = true;
    } else if (args.is(i, "idletime") && hasValue && options.frequency === undefined) {
      options.idleSeconds = args.bigInteger(++i);
      if (options.idleSeconds === undefined) return refuse(reply, errors.notAnInteger);
      if (options.idleSeconds < 0n) return refuse(reply, errors.invalidIdleTime);
    } else if (args.is(i, "freq") && hasValue && options.idleSeconds === undefined) {
      options.frequency = args.bigInteger(++i);
      if (options.frequency === undefined) return refuse(reply, errors.notAnInteger);
      if (options.frequency < 0n || options.frequency > FREQUENCY_MAX) {
        return refuse(reply, errors.invalidFrequency);
      }
    } else {
      return refuse(reply, errors.syntax);
    }
  }
  return options;
}

function refuse(reply: ReplyWriter, error: string): undefined {
  reply.error(error);
  return undefined;
}

// Puts the value at argument 1's key, which is gone by now; to a client that is one change.
function store(
  { keyspace, args }: CommandContext,
  value: StringValue | CollectionValue,
  atMs: number,
): EntryView {
  if (value.kind === "string") {
    keyspace.setString(args, 1, value.bytes, 0, value.bytes.length, atMs);
    return keyspace.entry;
  }
  const before = changesOf(keyspace);
  const entry = storeCollection(keyspace, args, 1, value);
  if (atMs !== NO_EXPIRY) keyspace.setExpiry(entry, atMs);
  (entry.owner as Databases).dirty -= changesOf(keyspace) - before - 1;
  return entry;
}

function changesOf({ databases }: Keyspace): number {
  return databases.reduce((sum, { dirty }) => sum + dirty, 0);
}

// Redis adds without looking, so a TTL past 64 bits turns negative: a time that is over.
function expiryTime(ttl: bigint, baseMs: number): number {
  return Number(BigInt.asIntN(INT64_BITS, ttl + BigInt(baseMs)));
}

// The old key goes first, so that nothing of it stays: neither its frequency nor its expiry. To a client
// that is one change with the new one's.
function removeUncounted(old: EntryView): void {
  const owner = old.owner as Databases;
  owner.remove(old);
  owner.dirty--;
}

// Of the two options the one that the eviction policy has no use for is ignored.
function setAccess(entry: EntryView, { idleSeconds, frequency }: Options): void {
  const owner = entry.owner as Databases;
  const { access } = owner;
  if (access.isLfu) {
    if (frequency !== undefined) owner.setAccessWord(entry.ref, access.wordOfCounter(Number(frequency)));
  } else if (idleSeconds !== undefined) {
    owner.setAccessWord(entry.ref, access.wordOfIdle(Number(BigInt.asUintN(ACCESS_BITS, idleSeconds))));
  }
}
