// COMMAND DOCS' documentation of one command: what it does and which arguments it takes.

import type { ReplyWriter } from "../../resp/reply-writer.ts";
import type { Command } from "../define.ts";
import type { Syntax } from "../syntax.ts";
import { writeWords } from "./command-info.ts";

/** Writes the map of one command's documentation; its name, the key of that map, is the caller's. */
export function writeCommandDocs(reply: ReplyWriter, command: Command): void {
  const { complexity, deprecated, docFlags = [], history = [], syntax, byName } = command;
  const flags = deprecated === undefined ? docFlags : ["deprecated", ...docFlags];
  const hasArguments = syntax.length > 0;
  reply.map(
    3 +
      (complexity === "" ? 0 : 1) +
      (flags.length > 0 ? 1 : 0) +
      (deprecated === undefined ? 0 : 2) +
      (history.length > 0 ? 1 : 0) +
      (hasArguments ? 1 : 0) +
      (byName.size > 0 ? 1 : 0),
  );
  writeField(reply, "summary", command.summary);
  writeField(reply, "since", command.since);
  writeField(reply, "group", command.group);
  if (complexity !== "") writeField(reply, "complexity", complexity);
  if (flags.length > 0) {
    reply.bulkText("doc_flags");
    writeWords(reply, flags);
  }
  if (deprecated !== undefined) {
    writeField(reply, "deprecated_since", deprecated.since);
    writeField(reply, "replaced_by", deprecated.replacedBy);
  }
  if (history.length > 0) {
    reply.bulkText("history");
    reply.set(history.length);
    for (const [since, change] of history) {
      reply.array(2);
      reply.bulkText(since);
      reply.bulkText(change);
    }
  }
  if (hasArguments) {
    reply.bulkText("arguments");
    writeArguments(reply, syntax, { next: 0, last: command.keySpecs.length - 1 });
  }
  if (byName.size > 0) {
    reply.bulkText("subcommands");
    reply.map(byName.size);
    for (const each of byName.values()) {
      reply.bulkText(each.fullName);
      writeCommandDocs(reply, each);
    }
  }
}

/** Counts a command's key arguments: each has the specification of its place, those past the last one share it. */
type KeyCounter = { next: number; readonly last: number };

function writeArguments(reply: ReplyWriter, syntax: readonly Syntax[], keys: KeyCounter): void {
  reply.array(syntax.length);
  for (const each of syntax) writeArgument(reply, each, keys);
}

function writeArgument(reply: ReplyWriter, argument: Syntax, keys: KeyCounter): void {
  const { name, kind, token, since, deprecatedSince, keySpec } = argument;
  const flags: string[] = [];
  if (argument.optional === true) flags.push("optional");
  if (argument.multiple === true) flags.push("multiple");
  if (argument.multipleToken === true) flags.push("multiple_token");
  const isKey = kind === "key" || keySpec !== undefined;
  if (keySpec !== undefined) keys.next = keySpec;
  const isGroup = kind === "oneof" || kind === "block";
  const texts = [token, since, deprecatedSince].filter((each) => each !== undefined);
  const others = [isKey, flags.length > 0, isGroup].filter(Boolean);

  reply.map(2 + texts.length + others.length);
  writeField(reply, "name", name);
  writeField(reply, "type", kind);
  if (isKey) {
    reply.bulkText("key_spec_index");
    reply.int(Math.min(keys.next++, keys.last));
  }
  if (token !== undefined) writeField(reply, "token", token);
  if (since !== undefined) writeField(reply, "since", since);
  if (deprecatedSince !== undefined) writeField(reply, "deprecated_since", deprecatedSince);
  if (flags.length > 0) {
    reply.bulkText("flags");
    writeWords(reply, flags);
  }
  if (isGroup) {
    reply.bulkText("arguments");
    writeArguments(reply, argument.of, keys);
  }
}

function writeField(reply: ReplyWriter, name: string, value: string): void {
  reply.bulkText(name);
  reply.bulkText(value);
}
