// COMMAND: what a server says of its commands.
//
// Which commands there are is the server's own affair; of those that the oracle knows, name and arity are checked,
// and exactly where the keys of a call stand.

import { type Call, container, type OracleCommand } from "../../command.ts";
import { errors } from "../../errors.ts";
import { fits } from "../../glob.ts";
import { type Answer, array, bulk, chosen, error, ofKind, type Reply, simple } from "../../reply.ts";
import { syntaxError } from "../../strings.ts";
import { fieldTimeCommands } from "../hash/all.ts";
import { helpText } from "./help.ts";
import { type FoundKey, hasKeys, keyPositions, keysOf } from "./key-positions.ts";

/** By full name; given by the registry, of which this command is itself a part. */
export type CommandLookup = () => ReadonlyMap<string, OracleCommand>;

export function commandCommands(all: CommandLookup): readonly OracleCommand[] {
  return [
    { ...container("command", "shape"), arity: -1, run: () => ofKind("array") },
    { name: "command|count", arity: 2, class: "shape", run: count },
    { name: "command|docs", arity: -2, class: "shape", run: () => ofKind("map") },
    { name: "command|getkeys", arity: -4, class: "exact", run: (call) => getkeys(call, all(), keyReply) },
    {
      name: "command|getkeysandflags",
      arity: -4,
      class: "exact",
      run: (call) => getkeys(call, all(), keyAndFlagsReply),
    },
    { name: "command|help", arity: 2, class: "shape", run: helpText },
    { name: "command|info", arity: -2, class: "shape", run: (call) => info(call, all()) },
    { name: "command|list", arity: -2, class: "unordered", run: list },
  ];
}

// Once told, it stays.
function count({ model }: Call): Reply {
  return chosen(`as many commands as before (${model.commandCount ?? "any number"})`, (answer) => {
    if (answer.kind !== "integer" || answer.value < 1n) return false;
    model.commandCount ??= answer.value;
    return answer.value === model.commandCount;
  });
}

function keyReply({ key }: FoundKey): Reply {
  return bulk(key);
}

function keyAndFlagsReply({ key, flags }: FoundKey): Reply {
  return array([bulk(key), { kind: "set", items: flags === "" ? [] : flags.split(" ").map(simple) }]);
}

function getkeys(
  { words }: Call,
  all: ReadonlyMap<string, OracleCommand>,
  shown: (found: FoundKey) => Reply,
): Reply {
  const inner = words.slice(2);
  const name = (inner[0] as string).toLowerCase();
  const outer = all.get(name);
  const command =
    outer?.isContainer === true ? all.get(`${name}|${(inner[1] as string).toLowerCase()}`) : outer;
  // A server may know commands that the oracle does not.
  if (outer === undefined) return unknownCommand;
  if (command === undefined) return unknownCommand;
  if (!hasKeys(command.name)) return error(errors.noGetkeys);
  const { arity } = command;
  if (arity > 0 ? inner.length !== arity : inner.length < -arity) return error(errors.invalidArityForKeys);
  const found = keysOf(command.name, inner);
  return found === undefined ? error(errors.invalidArgumentsForKeys) : array(found.map(shown));
}

const unknownCommand: Reply = chosen("that the command is not known", (answer) => {
  return answer.kind === "array" || (answer.kind === "error" && answer.text.startsWith("ERR "));
});

// For each name a row of ten, or null.
function info({ words }: Call, all: ReadonlyMap<string, OracleCommand>): Reply {
  const names = words.slice(2);
  if (names.length === 0) return ofKind("array");
  return chosen(`${names.length} rows`, (answer) => {
    if (answer.kind !== "array" || answer.items.length !== names.length) return false;
    return names.every((name, index) => {
      const row = answer.items[index] as Answer;
      const known = all.get(name.toLowerCase());
      if (row.kind === "null" || row.kind === "null-array") return known === undefined || isRecent(known);
      return isRow(row) && (known === undefined || describes(row, known));
    });
  });
}

// Of Redis 7.2 and later: an older server does not have them.
const recent: ReadonlySet<string> = new Set([
  "client|no-touch",
  "client|setinfo",
  "waitaof",
  ...fieldTimeCommands.map(({ name }) => name),
]);

function isRecent({ name }: OracleCommand): boolean {
  return recent.has(name);
}

// Commands that took fewer arguments before Redis 7.2.
const olderArities: ReadonlyMap<string, bigint> = new Map([
  ["zrank", 3n],
  ["zrevrank", 3n],
]);

function isRow(row: Answer): row is Answer & { readonly items: readonly Answer[] } {
  return row.kind === "array" && row.items.length === 10;
}

function describes(row: { readonly items: readonly Answer[] }, { name, arity }: OracleCommand): boolean {
  const [shownName, shownArity, , first] = row.items;
  if (shownName?.kind !== "bulk" || shownName.text !== name) return false;
  if (shownArity?.kind !== "integer") return false;
  if (shownArity.value !== BigInt(arity) && shownArity.value !== olderArities.get(name)) return false;
  return first?.kind === "integer" && first.value === BigInt(firstOf(name));
}

// Shard channels stand where keys would, but are none.
function firstOf(name: string): number {
  if (["spublish", "ssubscribe", "sunsubscribe"].includes(name)) return 1;
  return keyPositions.get(name)?.[0]?.first ?? 0;
}

function list({ words }: Call): Reply {
  let isWanted = (_name: string): boolean => true;
  if (words.length > 2) {
    const filter = (words[3] ?? "").toUpperCase();
    const isRight = (words[2] as string).toUpperCase() === "FILTERBY" && words.length === 5;
    if (!isRight || !["MODULE", "ACLCAT", "PATTERN"].includes(filter)) return syntaxError;
    const pattern = words[4] as string;
    if (filter === "MODULE") isWanted = () => false; // There are none.
    if (filter === "PATTERN") isWanted = (name) => fits(pattern, name, true);
  }
  return chosen("names of commands, each once", (answer) => {
    if (answer.kind !== "array") return false;
    const names = answer.items.map((item) => (item.kind === "bulk" ? item.text : ""));
    return new Set(names).size === names.length && names.every((name) => name !== "" && isWanted(name));
  });
}
