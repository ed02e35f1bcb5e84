// FUNCTION: libraries by their names; FCALL: functions, which only Lua could name.
//
// Whether a library can be compiled, and which functions it registers, is seen in replies alone; libraries are known by
// name and code.

import { type Call, container, type OracleCommand } from "../../command.ts";
import { formatted, inOneLine, word } from "../../errors.ts";
import { fits } from "../../glob.ts";
import { isSealed } from "../../payload.ts";
import { PayloadReader } from "../../payload-reader.ts";
import { type Answer, chosen, error, ok, type Reply } from "../../reply.ts";
import { optionName } from "../../streams.ts";
import { wrongUse } from "../connection/client-others.ts";
import { helpText } from "../server/help.ts";
import { endTold, notBusy, ownAffair } from "./eval.ts";

export const functionCommands: readonly OracleCommand[] = [
  { name: "fcall", arity: -3, class: "exact", run: ifKnown(callFunction) },
  { name: "fcall_ro", arity: -3, class: "exact", run: ifKnown(callFunction) },
  container("function"),
  { name: "function|delete", arity: 3, class: "exact", run: ifKnown(remove) },
  { name: "function|dump", arity: 2, class: "exact", run: ifKnown(dump) },
  { name: "function|flush", arity: -2, class: "exact", run: flush },
  { name: "function|help", arity: 2, class: "shape", run: helpText },
  { name: "function|kill", arity: 2, class: "exact", run: () => notBusy },
  { name: "function|list", arity: -2, class: "unordered", run: ifKnown(list) },
  { name: "function|load", arity: -3, class: "exact", run: ifKnown(load) },
  { name: "function|restore", arity: -3, class: "exact", run: ifKnown(restore) },
  { name: "function|stats", arity: 2, class: "exact", run: ifKnown(stats) },
];

type Run = (call: Call) => Reply;

function ifKnown(run: Run): Run {
  return (call) => (call.model.areLibrariesKnown ? run(call) : (endTold(call) ?? ownAffair));
}

function callFunction(call: Call): Reply {
  const told = endTold(call);
  if (told !== undefined) return told;
  return call.model.libraries.size === 0 ? error("ERR Function not found") : ownAffair;
}

function remove({ model, words }: Call): Reply {
  return model.libraries.delete(words[2] as string) ? ok : error("ERR Library not found");
}

function flush(call: Call): Reply {
  const { model, words } = call;
  if (words.length > 3) return wrongUse(call, "FUNCTION");
  if (words.length === 3 && !["SYNC", "ASYNC"].includes(optionName(words[2] as string))) {
    return error("ERR FUNCTION FLUSH only supports SYNC|ASYNC option");
  }
  model.libraries.clear();
  model.areLibrariesKnown = true;
  return ok;
}

function load({ model, words }: Call): Reply {
  const options = words.slice(2, -1);
  const unknown = options.find((option) => optionName(option) !== "REPLACE");
  if (unknown !== undefined) return error(formatted(`ERR Unknown option given: ${word(unknown)}`));
  const code = words.at(-1) as string;
  const name = libraryName(code);
  if (name === undefined) return ownAffair; // Quoted words, which are not looked into.
  if (typeof name !== "string") return name;
  if (model.libraries.has(name) && options.length === 0) {
    return error(formatted(`ERR Library '${name}' already exists`));
  }
  return chosen(`${name}, or why it could not be loaded`, (answer) => {
    const isLoaded = answer.kind === "bulk" && answer.text === name;
    if (isLoaded) model.libraries.set(name, code);
    return isLoaded || answer.kind === "error";
  });
}

// The name in the first line, or the error.
function libraryName(code: string): string | Reply | undefined {
  if (!code.startsWith("#!")) return error("ERR Missing library metadata");
  const end = word(code).indexOf("\n");
  if (end < 0) return error("ERR Invalid library metadata");
  const line = code.slice(0, end);
  if (/["'\\]/.test(line)) return undefined;
  const [engine = "", ...parts] = line.split(/[ \t\v\f\r]+/).filter((part) => part !== "");
  let name: string | undefined;
  for (const part of parts) {
    if (!/^name=/i.test(part)) return error(formatted(`ERR Invalid metadata value given: ${part}`));
    if (name !== undefined) {
      return error("ERR Invalid metadata value, name argument was given multiple times");
    }
    name = part.slice("name=".length);
  }
  if (name === undefined) return error("ERR Library name was not given");
  if (!/^\w+$/.test(name)) {
    return error(
      "ERR Library names can only contain letters, numbers, or underscores(_) and must be at least one character long",
    );
  }
  return /^#!lua$/i.test(engine) ? name : error(formatted(`ERR Engine '${engine.slice(2)}' not found`));
}

function list({ model, words }: Call): Reply {
  let pattern: string | undefined;
  let hasCode = false;
  for (let i = 2; i < words.length; i++) {
    const option = optionName(words[i] as string);
    if (option === "WITHCODE" && !hasCode) hasCode = true;
    else if (option === "LIBRARYNAME" && pattern === undefined) {
      if (i + 1 >= words.length) return error("ERR library name argument was not given");
      pattern = words[++i];
    } else return error(inOneLine(`ERR Unknown argument ${word(words[i] as string)}`));
  }
  const wanted = new Map(
    [...model.libraries].filter(([name]) => pattern === undefined || fits(pattern, name, true)),
  );
  return chosen(`libraries: ${[...wanted.keys()].join(" ")}`, (answer) => {
    if (answer.kind !== "array" || answer.items.length !== wanted.size) return false;
    const rows = answer.items.map(fieldsOf);
    const names = new Set(rows.map((row) => row.get("library_name")));
    return (
      names.size === wanted.size &&
      rows.every((row) => {
        const code = wanted.get(row.get("library_name") ?? "");
        return code !== undefined && row.get("library_code") === (hasCode ? code : undefined);
      })
    );
  });
}

// Those of a map's fields that are texts.
function fieldsOf(row: Answer): Map<string, string> {
  const fields = new Map<string, string>();
  if (row.kind !== "array" && row.kind !== "map") return fields;
  for (let i = 0; i + 1 < row.items.length; i += 2) {
    const [name, value] = row.items.slice(i, i + 2);
    if (name?.kind === "bulk" && value !== undefined && "text" in value) fields.set(name.text, value.text);
  }
  return fields;
}

function stats({ model }: Call): Reply {
  return chosen(`that there are ${model.libraries.size} libraries`, (answer) => {
    const all = flat(answer);
    const at = all.findIndex((item) => item.kind === "bulk" && item.text === "libraries_count");
    const count = all[at + 1];
    return at >= 0 && count?.kind === "integer" && count.value === BigInt(model.libraries.size);
  });
}

function flat(answer: Answer): Answer[] {
  return "items" in answer ? answer.items.flatMap(flat) : [answer];
}

const LIBRARY = 245; // the byte before each library's code in a payload
const FOOTER_BYTES = 10;

function dump({ model }: Call): Reply {
  return chosen("a payload of all libraries", (answer) => {
    if (answer.kind !== "bulk" || !isSealed(answer.text)) return false;
    const codes = codesIn(answer.text);
    return codes !== undefined && `${codes.sort()}` === `${[...model.libraries.values()].sort()}`;
  });
}

function codesIn(payload: string): string[] | undefined {
  const reader = new PayloadReader(payload.slice(0, -FOOTER_BYTES));
  const codes: string[] = [];
  while (!reader.isAtEnd) {
    const code = reader.byte() === LIBRARY ? reader.string() : undefined;
    if (code === undefined) return undefined;
    codes.push(code);
  }
  return codes;
}

function restore(call: Call): Reply {
  const { model, words } = call;
  if (words.length > 4) return wrongUse(call, "FUNCTION");
  const policy = optionName(words[3] ?? "APPEND");
  if (!["APPEND", "REPLACE", "FLUSH"].includes(policy)) {
    return error("ERR Wrong restore policy given, value should be either FLUSH, APPEND or REPLACE.");
  }
  const payload = words[2] as string;
  if (!isSealed(payload)) return error("ERR DUMP payload version or checksum are wrong");
  const codes = codesIn(payload);
  if (codes === undefined) return chosen("an error", ({ kind }) => kind === "error");
  const named = codes.map((code) => [libraryName(code), code] as const);
  const adopt = (): void => {
    if (policy === "FLUSH") model.libraries.clear();
    for (const [name, code] of named) if (typeof name === "string") model.libraries.set(name, code);
  };
  const collision = named.some(([name]) => typeof name === "string" && model.libraries.has(name));
  if (collision && policy === "APPEND") return chosen("an error", ({ kind }) => kind === "error");
  if (named.length === 0) {
    adopt();
    return ok;
  }
  return chosen("that they are restored, or why not", (answer) => {
    if (answer.kind === "simple") adopt();
    return answer.kind === "error" || (answer.kind === "simple" && answer.text === "OK");
  });
}
