// Call facts: what a shadow oracle must know of a request before it can follow it.
//
// Role: derives from the command table, for an observer that may not read it: which words are keys, whether the
// command writes, whether it reads keys that it does not name. main.ts hands the function to the shadow.
// Words are Latin-1 text, the command's name first.

import { buildCommand, type Command, type CommandDeclaration, type KeySpec } from "../commands/define.ts";
import { categoriesOf } from "../commands/server/command-categories.ts";
import { findKeys } from "../commands/server/command-keys.ts";
import { latin1Bytes } from "../lib/bytes.ts";
import { Args } from "../resp/args.ts";

export type CallFacts = {
  /** "client|list" for a subcommand. */
  readonly name: string;
  readonly isWrite: boolean;
  /** Refused when memory is short. */
  readonly isDenyOom: boolean;
  /** Reads or changes keys that it does not name: KEYS, DBSIZE, FLUSHALL. */
  readonly isWhole: boolean;
  /** Its keys are words[first], and every `step`th from there to the last; 0 where `keysOf` must be asked. */
  readonly firstKey: number;
  /** Negative: from the end. */
  readonly lastKey: number;
  readonly keyStep: number;
  /** The indexes of its keys, where they do not stand in one range; undefined when the words contradict it. */
  readonly keysOf: ((words: readonly string[]) => readonly number[] | undefined) | undefined;
};

/** A function from a request's words to its command's facts; undefined for one that does not exist. */
export function callFacts(
  declarations: readonly CommandDeclaration[],
): (words: readonly string[]) => CallFacts | undefined {
  const byName = new Map<string, { facts: CallFacts; subcommands: ReadonlyMap<string, CallFacts> }>();
  for (const declaration of declarations) {
    const command = buildCommand(declaration);
    const subcommands = new Map<string, CallFacts>();
    for (const [name, each] of command.byName) subcommands.set(name, factsOf(each));
    const entry = { facts: factsOf(command), subcommands };
    byName.set(command.name, entry);
    byName.set(command.name.toUpperCase(), entry); // The usual spellings need no lower-casing.
  }
  return (words) => {
    const [name = "", second = ""] = words;
    const entry = byName.get(name) ?? byName.get(name.toLowerCase());
    if (entry === undefined || entry.subcommands.size === 0) return entry?.facts;
    return words.length < 2 ? entry.facts : entry.subcommands.get(second.toLowerCase());
  };
}

function factsOf(command: Command): CallFacts {
  const { fullName, keySpecs, firstKey, lastKey, keyStep, isWrite, isDenyOom } = command;
  const isRange = keySpecs.length <= 1 && keySpecs.every(isPlainRange);
  return {
    name: fullName,
    isWrite,
    isDenyOom,
    isWhole: keySpecs.length === 0 && categoriesOf(command).includes("keyspace"),
    firstKey: isRange ? firstKey : 0,
    lastKey: isRange ? lastKey : 0,
    keyStep: isRange ? keyStep : 0,
    keysOf: isRange ? undefined : (words) => keyIndexes(command, words),
  };
}

function isPlainRange({ begin, find }: KeySpec): boolean {
  return (
    begin !== "unknown" && "index" in begin && find !== "unknown" && "lastKey" in find && find.limit === 0
  );
}

function keyIndexes(command: Command, words: readonly string[]): readonly number[] | undefined {
  const args = new Args(latin1Bytes(words.join("")));
  let at = 0;
  for (const word of words) {
    args.push(at, at + word.length);
    at += word.length;
  }
  return findKeys(command, args, 0)?.map(({ index }) => index);
}
