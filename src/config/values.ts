// Values: from the arguments of a directive to its setting, and back to lines of redis.conf.
//
// Role: one switch per direction over the kinds of directive. Errors are Redis's texts; the checks come in its order
// (form, bounds, then the directive's own check, then whether this server can keep the promise).

import { unreachable } from "../lib/assert.ts";
import type { Clamp, Directive, Kind } from "./directive.ts";
import { formatMemory, readInt64, readLoose, readMemory } from "./numbers.ts";
import { failed, type Outcome, type Setting } from "./setting.ts";
import { linesOfSpecial, readSpecial } from "./specials.ts";
import { quote } from "./split-arguments.ts";

/** What a value is read on top of: buffer limits change class by class, save points in a file add up. */
export type Ground = { readonly current: Setting | undefined; readonly adds: boolean };

/** The setting that `args` ask for. A directive that is no list takes its first argument; callers count them. */
export function readValue(directive: Directive, args: readonly string[], ground: Ground): Outcome {
  const outcome = readKind(directive.kind, args, ground);
  if (!outcome.ok) return outcome;
  const { standing } = directive;
  const { text } = outcome.setting;
  if (standing.kind === "refused" && text !== directive.initial && !standing.harmless.includes(text)) {
    return failed(standing.reason);
  }
  return outcome;
}

function readKind(kind: Kind, args: readonly string[], ground: Ground): Outcome {
  const text = args[0] ?? "";
  switch (kind.type) {
    case "bool":
      return readBool(text);
    case "int":
      return readInt(kind, text);
    case "memory":
      return readBytes(kind, text);
    case "octal":
      return readOctal(kind, text);
    case "enum":
      return readChoice(kind, text);
    case "flags":
      return readFlags(kind, args);
    case "string": {
      const error = kind.check?.(text);
      return error === undefined ? { ok: true, setting: { text, value: text } } : failed(error);
    }
    case "special":
      return readSpecial(kind.special, args, ground.current, ground.adds);
    default:
      return unreachable(kind);
  }
}

function readBool(text: string): Outcome {
  const word = text.toLowerCase();
  if (word !== "yes" && word !== "no") return failed("argument must be 'yes' or 'no'");
  return { ok: true, setting: { text: word, value: word === "yes" } };
}

function readInt(kind: Kind & { type: "int" }, text: string): Outcome {
  const read = readInt64(text);
  if (read === undefined) return failed("argument couldn't be parsed into an integer");
  if (read < kind.min || read > kind.max) return failed(outside(kind.min, kind.max));
  const value = clamped(read, kind.clamp);
  return { ok: true, setting: { text: String(value), value: Number(value) } };
}

function readBytes(kind: Kind & { type: "memory" }, text: string): Outcome {
  const unsigned = readMemory(text);
  const percent =
    kind.takesPercent && text.length > 1 && text.endsWith("%") ? readInt64(text.slice(0, -1)) : undefined;
  if (unsigned === undefined && (percent === undefined || percent < 0n)) {
    return failed(`argument must be a memory ${kind.takesPercent ? "or percent " : ""}value`);
  }
  // A percentage is kept below zero. A size beyond the signed range looks like one, to Redis as well.
  const read =
    unsigned === undefined ? -(percent ?? 0n) : kind.isSigned ? BigInt.asIntN(64, unsigned) : unsigned;
  if (kind.takesPercent && read < 0n) {
    if (read < kind.min) return failed(`percentage argument must be less or equal to ${-kind.min}`);
    return { ok: true, setting: { text: `${-read}%`, value: Number(read) } };
  }
  if (read < kind.min || read > kind.max) return failed(outside(kind.min, kind.max));
  const value = clamped(read, kind.clamp);
  return { ok: true, setting: { text: String(value), value: Number(value) } };
}

function readOctal(kind: Kind & { type: "octal" }, text: string): Outcome {
  const read = readLoose(text, 8);
  if (read === undefined) return failed("argument couldn't be parsed as an octal number");
  if (read < kind.min || read > kind.max) {
    return failed(`argument must be between ${kind.min.toString(8)} and ${kind.max.toString(8)} inclusive`);
  }
  return { ok: true, setting: { text: read.toString(8), value: Number(read) } };
}

function readChoice(kind: Kind & { type: "enum" }, text: string): Outcome {
  const word = text.toLowerCase();
  if (!kind.names.includes(word)) return failed(oneOf(kind.names));
  const name = kind.synonyms[word] ?? word;
  return { ok: true, setting: { text: name, value: name } };
}

function readFlags(kind: Kind & { type: "flags" }, args: readonly string[]): Outcome {
  const words = args.map((arg) => arg.toLowerCase());
  if (words.length === 0 || words.some((word) => !kind.names.includes(word)))
    return failed(oneOf(kind.names));
  if (words.includes("save") && words.includes("nosave")) {
    return failed("shutdown options SAVE and NOSAVE can't be used simultaneously");
  }
  const set = kind.names.filter((name) => name !== kind.none && words.includes(name));
  const text = set.length === 0 ? kind.none : set.join(" ");
  return { ok: true, setting: { text, value: text } };
}

function outside(min: bigint, max: bigint): string {
  return `argument must be between ${min} and ${max} inclusive`;
}

function oneOf(names: readonly string[]): string {
  return `argument(s) must be one of the following: ${names.join(", ")}`;
}

function clamped(value: bigint, clamp: Clamp | undefined): bigint {
  if (clamp === undefined) return value;
  return value < clamp.min ? clamp.min : value > clamp.max ? clamp.max : value;
}

/**
 * The lines that set `text` again, for CONFIG REWRITE. A forced line is written even where the file had none;
 * no lines at all mean that the directive's lines are removed.
 */
export function linesOf(
  directive: Directive,
  text: string,
): readonly { readonly line: string; readonly isForced: boolean }[] {
  const { name, kind, initial } = directive;
  const isForced = text !== initial;
  switch (kind.type) {
    case "string":
      if (kind.isUnsetWhenEmpty && text === "") return [];
      return [{ line: `${name} ${quote(text)}`, isForced }];
    case "memory":
      return [{ line: `${name} ${text.endsWith("%") ? text : formatMemory(BigInt(text))}`, isForced }];
    case "special":
      return linesOfSpecial(kind.special, name, text, initial);
    default:
      return [{ line: `${name} ${text}`, isForced }];
  }
}
