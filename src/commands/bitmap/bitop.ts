// BITOP: AND, OR, XOR of the strings at several keys, or NOT of one, stored at a key.
//
// The result is as long as the longest source; shorter and missing ones go on with zero bytes. Sources are
// folded one after another into the result, so that their entries may lie in different shards. They stand
// at any offset in memory: each is copied in pieces to a place where it can be read as 32-bit words.
//
// An empty result removes the destination.

import { NO_EXPIRY } from "../../keyspace/databases.ts";
import type { EntryView } from "../../keyspace/entry-view.ts";
import { EVENT_GENERIC, EVENT_STRING } from "../../keyspace/key-events.ts";
import { copyBytes } from "../../lib/bytes.ts";
import { errors } from "../../resp/errors.ts";
import { ENCODING_RAW, TYPE_STRING } from "../../store/entry.ts";
import type { CommandContext } from "../context.ts";
import { defineCommand } from "../define.ts";
import { key, repeated, string } from "../syntax.ts";

const AND = 1;
const OR = 2;
const XOR = 3;
const NOT = 4;
type Operation = typeof AND | typeof OR | typeof XOR;

// Small enough to stay in the processor's first cache beside as much of the result.
const pieceWords = new Int32Array(2048);
const pieceBytes = new Uint8Array(pieceWords.buffer);

export const bitop = defineCommand({
  name: "bitop",
  summary: "Stores the AND, OR, XOR or NOT of the strings at some keys and returns its length.",
  since: "2.6.0",
  group: "bitmap",
  complexity: "O(N) where N is the number of bytes of the sources.",
  flags: ["write", "denyoom"],
  syntax: [string("operation"), key("OW update", "destkey"), repeated(key("RO access"))],
  class: "exact",
  run(context) {
    const { keyspace, args, reply } = context;
    const operation = args.is(1, "and")
      ? AND
      : args.is(1, "or")
        ? OR
        : args.is(1, "xor")
          ? XOR
          : args.is(1, "not")
            ? NOT
            : undefined;
    if (operation === undefined) return reply.error(errors.syntax);
    if (operation === NOT && args.count !== 4) return reply.error(errors.bitopNotSources);
    let length = 0;
    for (let i = 3; i < args.count; i++) {
      const source = keyspace.read(args, i);
      if (source === undefined) continue;
      if (source.type !== TYPE_STRING) return reply.error(errors.wrongType);
      length = Math.max(length, source.valueLength);
    }
    if (length === 0) {
      if (keyspace.remove(args, 2)) keyspace.notify(EVENT_GENERIC, "del", args, 2);
      return reply.int(0);
    }
    const words = new Int32Array((length + 3) >>> 2);
    const result = new Uint8Array(words.buffer);
    startWith(context, result);
    if (operation === NOT) {
      for (let i = 0; i < words.length; i++) words[i] = ~(words[i] as number);
    } else {
      for (let i = 4; i < args.count; i++) fold(operation, result, words, keyspace.peek(args, i));
    }
    keyspace.setEncoded(args.bytes, args.start(2), args.end(2), result, 0, length, ENCODING_RAW, NO_EXPIRY);
    keyspace.notify(EVENT_STRING, "set", args, 2);
    reply.int(length);
  },
});

function startWith({ keyspace, args }: CommandContext, result: Uint8Array): void {
  const first = keyspace.peek(args, 3);
  if (first !== undefined) copyBytes(result, 0, first.bytes, first.valueStart, first.valueEnd);
}

function fold(
  operation: Operation,
  result: Uint8Array,
  words: Int32Array,
  source: EntryView | undefined,
): void {
  const length = source === undefined ? 0 : source.valueLength;
  for (let at = 0; source !== undefined && at < length; at += pieceBytes.length) {
    const size = Math.min(pieceBytes.length, length - at);
    const from = source.valueStart + at;
    copyBytes(pieceBytes, 0, source.bytes, from, from + size);
    // The last word may hold bytes past the source's end, which are zero.
    const sizeWords = (size + 3) >>> 2;
    pieceBytes.fill(0, size, sizeWords * 4);
    foldWords(operation, words, at >>> 2, sizeWords);
  }
  if (operation === AND) result.fill(0, length);
}

function foldWords(operation: Operation, words: Int32Array, from: number, count: number): void {
  if (operation === AND) {
    for (let i = 0; i < count; i++) words[from + i] = (words[from + i] as number) & (pieceWords[i] as number);
  } else if (operation === OR) {
    for (let i = 0; i < count; i++) words[from + i] = (words[from + i] as number) | (pieceWords[i] as number);
  } else {
    for (let i = 0; i < count; i++) words[from + i] = (words[from + i] as number) ^ (pieceWords[i] as number);
  }
}
