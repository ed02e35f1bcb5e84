// COMMAND INFO's description of one command: arity, flags, keys, categories and tips.

import type { ReplyWriter } from "../../resp/reply-writer.ts";
import type { Command, KeySpec } from "../define.ts";
import { categoriesOf, orderedFlags } from "./command-categories.ts";

/** Writes one element of COMMAND INFO's reply, subcommands included. */
export function writeCommandInfo(reply: ReplyWriter, command: Command): void {
  reply.array(10);
  reply.bulkText(command.fullName);
  reply.int(command.arity);
  writeWords(reply, orderedFlags(command));
  reply.int(command.firstKey);
  reply.int(command.lastKey);
  reply.int(command.keyStep);
  writeWords(
    reply,
    categoriesOf(command).map((each) => `@${each}`),
  );
  const tips = command.tips ?? [];
  reply.set(tips.length);
  for (const tip of tips) reply.bulkText(tip);
  reply.set(command.keySpecs.length);
  for (const spec of command.keySpecs) writeKeySpec(reply, spec);
  // Without subcommands Redis answers an empty set, with some an array.
  if (command.byName.size === 0) reply.set(0);
  else reply.array(command.byName.size);
  for (const each of command.byName.values()) writeCommandInfo(reply, each);
}

/** Writes a set of simple strings. */
export function writeWords(reply: ReplyWriter, words: readonly string[]): void {
  reply.set(words.length);
  for (const each of words) reply.simple(each);
}

function writeKeySpec(reply: ReplyWriter, { notes, flags, begin, find }: KeySpec): void {
  reply.map(notes === undefined ? 3 : 4);
  if (notes !== undefined) {
    reply.bulkText("notes");
    reply.bulkText(notes);
  }
  reply.bulkText("flags");
  writeWords(reply, flags === "" ? [] : flags.split(" "));

  reply.bulkText("begin_search");
  if (begin === "unknown") writeSearch(reply, "unknown", {});
  else if ("index" in begin) writeSearch(reply, "index", { index: begin.index });
  else writeSearch(reply, "keyword", { keyword: begin.keyword, startfrom: begin.from });

  reply.bulkText("find_keys");
  if (find === "unknown") writeSearch(reply, "unknown", {});
  else if ("lastKey" in find) {
    writeSearch(reply, "range", { lastkey: find.lastKey, keystep: find.step, limit: find.limit });
  } else {
    const { numkeysAt, firstKeyAt, step } = find;
    writeSearch(reply, "keynum", { keynumidx: numkeysAt, firstkey: firstKeyAt, keystep: step });
  }
}

function writeSearch(
  reply: ReplyWriter,
  type: string,
  spec: Readonly<Record<string, string | number>>,
): void {
  reply.map(2);
  reply.bulkText("type");
  reply.bulkText(type);
  reply.bulkText("spec");
  const fields = Object.entries(spec);
  reply.map(fields.length);
  for (const [name, value] of fields) {
    reply.bulkText(name);
    if (typeof value === "number") reply.int(value);
    else reply.bulkText(value);
  }
}
