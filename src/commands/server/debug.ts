// DEBUG: what Redis's own test suite and people who look for a fault need. Off unless configured.

import { readMemory } from "../../config/numbers.ts";
import { globMatch } from "../../lib/glob.ts";
import { errors } from "../../resp/errors.ts";
import type { CommandContext } from "../context.ts";
import { defineCommand } from "../define.ts";
import { digestOfEverything, digestOfValue } from "./debug-digest.ts";
import { replyObject, replyPopulate, replyTableStats } from "./debug-keyspace.ts";
import { writeProtocolSample } from "./debug-protocol.ts";
import { helpLines, replyLines } from "./help.ts";
import { mayDebug } from "./local-client.ts";

type Subcommand = {
  /** Fewest and most arguments, DEBUG and the subcommand's name included. */
  readonly counts: readonly [min: number, max: number];
  readonly run: (context: CommandContext) => void;
};

const MATCH_TEST_ROUNDS = 20_000;
const PACKED_THRESHOLD_MAX = 4n * 1024n ** 3n;

const ok = ({ reply }: CommandContext): void => reply.ok();

const subcommands: ReadonlyMap<string, Subcommand> = new Map<string, Subcommand>([
  ["change-repl-id", { counts: [2, 2], run: ok }],
  ["digest", { counts: [2, 2], run: replyDigest }],
  ["digest-value", { counts: [2, Number.POSITIVE_INFINITY], run: replyValueDigests }],
  ["error", { counts: [3, 3], run: ({ args, reply }) => reply.error(args.text(2)) }],
  ["gc", { counts: [2, 2], run: collectGarbage }],
  ["help", { counts: [2, 2], run: ({ reply }) => replyLines(reply, help) }],
  ["htstats", { counts: [3, 3], run: replyTableStats }],
  ["htstats-key", { counts: [3, 3], run: replyKeyTableStats }],
  ["loadaof", { counts: [2, 2], run: loadLog }],
  ["log", { counts: [3, 3], run: writeLog }],
  ["object", { counts: [3, 3], run: replyObject }],
  ["pause-cron", { counts: [3, 3], run: ok }],
  ["populate", { counts: [3, 5], run: replyPopulate }],
  [
    "protocol",
    { counts: [3, 3], run: ({ args, reply }) => writeProtocolSample(reply, args.text(2).toLowerCase()) },
  ],
  ["quicklist-packed-threshold", { counts: [3, 3], run: setPackedThreshold }],
  ["reload", { counts: [2, Number.POSITIVE_INFINITY], run: reload }],
  ["replicate", { counts: [3, Number.POSITIVE_INFINITY], run: ok }],
  ["replybuffer", { counts: [4, 4], run: setReplyBuffer }],
  ["set-active-expire", { counts: [3, 3], run: setActiveExpire }],
  ["set-disable-deny-scripts", { counts: [3, 3], run: setDisableDenyScripts }],
  ["set-skip-checksum-validation", { counts: [3, 3], run: ok }],
  ["sleep", { counts: [3, 3], run: sleep }],
  ["stringmatch-test", { counts: [2, 2], run: testStringMatch }],
]);

const help = helpLines("debug", [
  "CHANGE-REPL-ID",
  "    Accepted; there is no replication that has an id.",
  "DIGEST",
  "    Return a digest of all databases: equal data gives equal digests.",
  "DIGEST-VALUE [<key> ...]",
  "    Return the digests of the values of the keys.",
  "ERROR <string>",
  "    Reply with the error <string>.",
  "GC",
  "    Run the garbage collector of the JavaScript heap.",
  "HTSTATS <db>",
  "    Return how full the dicts of a database are.",
  "HTSTATS-KEY <key>",
  "    As HTSTATS, for the dict that holds the value of a key.",
  "LOADAOF",
  "    Flush the append-only file, drop all data and load it again from the files.",
  "LOG <message>",
  "    Write <message> to the log.",
  "OBJECT <key>",
  "    Show how the value of a key is kept.",
  "PAUSE-CRON <0|1>",
  "    Accepted; periodic work goes on.",
  "POPULATE <count> [<prefix>] [<size>]",
  "    Make <count> string keys named <prefix>:<number> (default: key).",
  "PROTOCOL <type>",
  "    Reply with a sample of a type: string, integer, double, bignum, null, array, set,",
  "    map, attrib, push, verbatim, true, false.",
  "QUICKLIST-PACKED-THRESHOLD <size>",
  "    Accepted; lists keep their elements in another way.",
  "RELOAD [<option> ...]",
  "    Write a snapshot and load it again. Options: NOSAVE loads what was written before,",
  "    NOFLUSH keeps the data there is, MERGE replaces keys that are there already.",
  "REPLICATE <string>",
  "    Accepted; there are no replicas to send it to.",
  "REPLYBUFFER <PEAK-RESET-TIME <NEVER|RESET|time> | RESIZING <0|1>>",
  "    Accepted; reply buffers have one size.",
  "SET-ACTIVE-EXPIRE <0|1>",
  "    Switch off, or on again, the removal of expired keys that nobody touches.",
  "SET-DISABLE-DENY-SCRIPTS <0|1>",
  "    Accepted; there are no scripts.",
  "SET-SKIP-CHECKSUM-VALIDATION <0|1>",
  "    Accepted; checksums of payloads are always checked.",
  "SLEEP <seconds>",
  "    Stop the server for <seconds>, which may be a fraction.",
  "STRINGMATCH-TEST",
  "    Match random patterns with random texts.",
]);

export const debug = defineCommand({
  name: "debug",
  summary: "Holds the commands for tests and for finding faults.",
  since: "1.0.0",
  group: "server",
  complexity: "Depends on subcommand.",
  flags: ["admin", "noscript", "loading", "stale"],
  syntax: [],
  arity: -2,
  docFlags: ["syscmd"],
  class: "shape",
  run(context) {
    const { args, reply, server, client } = context;
    if (!mayDebug(server.config.enableDebugCommand, client)) return reply.error(errors.debugNotAllowed);
    const name = args.textBeforeNul(1); // Redis compares it as a C string.
    const subcommand = subcommands.get(name.toLowerCase());
    if (subcommand === undefined || args.count < subcommand.counts[0] || args.count > subcommand.counts[1]) {
      return reply.error(errors.wrongSubcommand(name.slice(0, 128), "DEBUG"));
    }
    subcommand.run(context);
  },
});

function replyDigest({ reply, server }: CommandContext): void {
  reply.simple(digestOfEverything(server.everything, server.config.databases));
}

function replyValueDigests({ args, keyspace, reply }: CommandContext): void {
  reply.array(args.count - 2);
  for (let i = 2; i < args.count; i++) reply.simple(digestOfValue(keyspace.peek(args, i)));
}

function collectGarbage({ reply, server }: CommandContext): void {
  if (server.collectGarbage()) reply.ok();
  else reply.error(errors.noGarbageCollection);
}

// No type there is keeps its value in a dict of its own.
function replyKeyTableStats({ args, keyspace, reply }: CommandContext): void {
  const entry = keyspace.peek(args, 2);
  reply.error(entry === undefined ? errors.noSuchKey : errors.noTableInValue);
}

function writeLog({ args, reply, server }: CommandContext): void {
  server.log("warning", `DEBUG LOG: ${args.text(2)}`);
  reply.ok();
}

function reload({ args, reply, server }: CommandContext): void {
  let isSaved = true;
  let isFlushed = true;
  let isMerging = false;
  for (let i = 2; i < args.count; i++) {
    if (args.is(i, "nosave")) isSaved = false;
    else if (args.is(i, "noflush")) isFlushed = false;
    else if (args.is(i, "merge")) isMerging = true;
    else {
      reply.error(errors.reloadOptions);
      return;
    }
  }
  const error = server.persistence.reload({ isSaved, isFlushed, isMerging });
  if (error === undefined) reply.ok();
  else reply.error(error);
}

function loadLog({ reply, server }: CommandContext): void {
  const error = server.persistence.reloadLog();
  if (error === undefined) reply.ok();
  else reply.error(error);
}

function setPackedThreshold({ args, reply }: CommandContext): void {
  const size = readMemory(args.text(2));
  if (size === undefined || size > PACKED_THRESHOLD_MAX) {
    reply.error(errors.packedThreshold);
    return;
  }
  reply.ok();
}

function setReplyBuffer({ args, reply }: CommandContext): void {
  if (args.is(2, "peak-reset-time") || args.is(2, "resizing")) {
    reply.ok();
    return;
  }
  reply.error(errors.wrongSubcommand(args.textBeforeNul(1), "DEBUG"));
}

// What does not begin with a number counts as 0, as in C's atoi and strtod.
function leadingNumber(text: string): number {
  const value = Number.parseFloat(text);
  return Number.isFinite(value) ? value : 0;
}

function setActiveExpire({ args, reply, server }: CommandContext): void {
  server.isActiveExpire = Math.trunc(leadingNumber(args.text(2))) !== 0;
  reply.ok();
}

function setDisableDenyScripts({ args, reply, server }: CommandContext): void {
  server.scripting.setUnrestricted(Math.trunc(leadingNumber(args.text(2))) !== 0);
  reply.ok();
}

function sleep({ args, reply, server }: CommandContext): void {
  const ms = leadingNumber(args.text(2)) * 1000;
  if (ms > 0) server.blockThread(ms);
  reply.ok();
}

function testStringMatch({ reply, server }: CommandContext): void {
  const bytes = new Uint8Array(64);
  for (let round = 0; round < MATCH_TEST_ROUNDS; round++) {
    const patternEnd = server.rng.below(32);
    const textEnd = 32 + server.rng.below(32);
    for (let i = 0; i < textEnd; i++) bytes[i] = 32 + server.rng.below(95);
    globMatch(bytes, 0, patternEnd, bytes, 32, textEnd, false);
  }
  reply.simple("Apparently Redis did not crash: test passed");
}
