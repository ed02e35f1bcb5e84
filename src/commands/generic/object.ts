// OBJECT: how a value is kept and how much it is used.

import type { Databases } from "../../keyspace/databases.ts";
import type { EntryView } from "../../keyspace/entry-view.ts";
import { parseSafeInteger } from "../../lib/int64.ts";
import { errors } from "../../resp/errors.ts";
import { ENCODING_INT, TYPE_STRING } from "../../store/entry.ts";
import type { CommandContext } from "../context.ts";
import { defineCommand } from "../define.ts";
import { helpCommand } from "../server/help.ts";
import { key } from "../syntax.ts";

/** Names by TYPE_ code, then by ENCODING_ code of store/entry.ts. */
const encodingNames: readonly (readonly string[])[] = [
  ["int", "embstr", "raw"],
  ["quicklist"],
  ["intset", "hashtable"],
  ["listpack", "skiplist"],
  ["listpack", "hashtable", "listpackex"],
  ["stream"],
];

// Redis keeps one object for each of these integers, shared by all keys that hold it.
const SHARED_INTEGERS = 10000;
const SHARED_COUNT = 2147483647;

const help = helpCommand({
  container: "object",
  group: "generic",
  since: "6.2.0",
  lines: [
    "ENCODING <key>",
    "    Name the encoding that the value of the key has.",
    "FREQ <key>",
    "    Return the counter from which an LFU policy judges how often the key is used.",
    "IDLETIME <key>",
    "    Return for how many seconds nobody has used the key.",
    "REFCOUNT <key>",
    "    Return how many references there are to the value of the key.",
  ],
});

const encoding = defineCommand({
  name: "encoding",
  summary: "Names the encoding of the value at a key.",
  since: "2.2.3",
  group: "generic",
  complexity: "O(1)",
  flags: ["readonly"],
  syntax: [key("RO")],
  class: "exact",
  tips: ["nondeterministic_output"],
  run({ keyspace, args, reply }) {
    const entry = keyspace.inspectUntold(args, 2);
    if (entry === undefined) return reply.null();
    reply.bulkText(encodingName(entry));
  },
});

const freq = defineCommand({
  name: "freq",
  summary: "Returns the access frequency counter of a key.",
  since: "4.0.0",
  group: "generic",
  complexity: "O(1)",
  flags: ["readonly"],
  syntax: [key("RO")],
  class: "random",
  tips: ["nondeterministic_output"],
  run({ keyspace, args, reply }) {
    const entry = keyspace.inspectUntold(args, 2);
    if (entry === undefined) return reply.null();
    const { access, word } = accessOf(entry);
    if (!access.isLfu) return reply.error(errors.noFrequency);
    reply.int(access.counter(word));
  },
});

const idletime = defineCommand({
  name: "idletime",
  summary: "Returns for how many seconds a key has not been used.",
  since: "2.2.3",
  group: "generic",
  complexity: "O(1)",
  flags: ["readonly"],
  syntax: [key("RO")],
  class: "time",
  tips: ["nondeterministic_output"],
  run({ keyspace, args, reply }) {
    const entry = keyspace.inspectUntold(args, 2);
    if (entry === undefined) return reply.null();
    const { access, word } = accessOf(entry);
    if (access.isLfu) return reply.error(errors.noIdleTime);
    reply.int(access.idleSeconds(word));
  },
});

const refcount = defineCommand({
  name: "refcount",
  summary: "Returns how many references there are to the value at a key.",
  since: "2.2.3",
  group: "generic",
  complexity: "O(1)",
  flags: ["readonly"],
  syntax: [key("RO")],
  class: "exact",
  tips: ["nondeterministic_output"],
  run(context) {
    const { keyspace, args, reply } = context;
    const entry = keyspace.inspectUntold(args, 2);
    if (entry === undefined) return reply.null();
    reply.int(isShared(context, entry) ? SHARED_COUNT : 1);
  },
});

export const object = defineCommand({
  name: "object",
  summary: "Holds the commands that look into how a value is kept.",
  since: "2.2.3",
  group: "generic",
  complexity: "Depends on the subcommand.",
  flags: [],
  syntax: [],
  class: "exact",
  subcommands: [encoding, freq, help, idletime, refcount],
});

/** What OBJECT ENCODING answers for an entry. */
export function encodingName(entry: EntryView): string {
  return (encodingNames[entry.type] as readonly string[])[entry.encoding] as string;
}

function accessOf(entry: EntryView): { access: Databases["access"]; word: number } {
  const owner = entry.owner as Databases;
  return { access: owner.access, word: owner.accessWordOf(entry.ref) };
}

// We share nothing; this says what Redis would. It does not share when a policy needs each key's own access
// word. A copy made by COPY is not shared there: that difference is not kept.
function isShared({ server }: CommandContext, entry: EntryView): boolean {
  if (entry.type !== TYPE_STRING || entry.encoding !== ENCODING_INT) return false;
  if (server.config.maxmemory > 0 && /-l[rf]u$/.test(server.config.maxmemoryPolicy)) return false;
  const value = parseSafeInteger(entry.bytes, entry.valueStart, entry.valueEnd);
  return value >= 0 && value < SHARED_INTEGERS;
}
