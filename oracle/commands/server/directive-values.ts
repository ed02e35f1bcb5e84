// Values of directives: which texts CONFIG SET takes, and how CONFIG GET shows what they set.

import { int64, int64Max } from "../../numbers.ts";
import type { Directive } from "./directives.ts";

/** Either the value as CONFIG GET shows it, or why it is refused. */
export type Outcome = { readonly value: string } | { readonly refusal: string };

/** `current` is the present value, for directives of which a part may be set. */
export function outcomeOf(directive: Directive, text: string, current: string): Outcome {
  switch (directive.kind) {
    case "flag":
      return choice(text, ["yes", "no"]) ?? refused("argument must be 'yes' or 'no'");
    case "choice": {
      const all = directive.choices ?? [];
      return choice(text, all) ?? refused(`argument(s) must be one of the following: ${all.join(", ")}`);
    }
    case "integer":
      return integer(directive, text);
    case "memory":
      return memory(directive, text);
    case "immutable":
      return refused("can't set immutable config");
    case "protected":
      return refused("can't set protected config");
    case "special":
      return special(directive.name, text, current);
    default:
      return { value: text };
  }
}

function refused(refusal: string): Outcome {
  return { refusal };
}

function choice(text: string, all: readonly string[]): Outcome | undefined {
  const value = text.toLowerCase();
  return all.includes(value) ? { value } : undefined;
}

function integer({ name, low = 0n, high = 0n }: Directive, text: string): Outcome {
  const value = int64(text);
  if (value === undefined) return refused("argument couldn't be parsed into an integer");
  if (value < low || value > high) return outside(low, high);
  if (name === "hz") return { value: `${value < 1n ? 1n : value > 500n ? 500n : value}` };
  return { value: `${value}` };
}

function memory({ low = 0n, high = 0n }: Directive, text: string): Outcome {
  const bytes = memoryBytes(text);
  if (bytes === undefined) return refused("argument must be a memory value");
  if (bytes < low || bytes > high) return outside(low, high);
  return { value: `${bytes}` };
}

function outside(low: bigint, high: bigint): Outcome {
  return refused(`argument must be between ${low} and ${high} inclusive`);
}

const units: ReadonlyMap<string, bigint> = new Map([
  ["", 1n],
  ["b", 1n],
  ["k", 1000n],
  ["kb", 1024n],
  ["m", 1000n ** 2n],
  ["mb", 1024n ** 2n],
  ["g", 1000n ** 3n],
  ["gb", 1024n ** 3n],
]);

// No digits at all are 0; too many are the highest number there is.
function memoryBytes(text: string): bigint | undefined {
  const [, digits = "", unitText = ""] = /^(\d*)([a-z]*)$/i.exec(text) ?? [];
  const unit = units.get(unitText.toLowerCase());
  if (unit === undefined || digits.length + unitText.length !== text.length) return undefined;
  const unsignedMax = (1n << 64n) - 1n;
  const count = BigInt(digits === "" ? 0 : digits);
  return BigInt.asUintN(64, (count > unsignedMax ? unsignedMax : count) * unit);
}

function special(name: string, text: string, current: string): Outcome {
  switch (name) {
    case "client-output-buffer-limit":
      return bufferLimits(text, current);
    case "latency-tracking-info-percentiles":
      return percentiles(text);
    case "notify-keyspace-events":
      return keyspaceEvents(text);
    case "maxmemory-clients":
      return memoryOrPercent(text);
    case "oom-score-adj-values":
      return oomScores(text);
    case "cluster-announce-hostname":
      return hostname(text);
    case "save":
      return savePoints(text);
    default:
      return { value: text };
  }
}

function bufferLimits(text: string, current: string): Outcome {
  const words = text.split(" ");
  if (words.length % 4 !== 0) return refused("Wrong number of arguments in buffer limit configuration.");
  const limits = new Map<string, string>();
  for (const [at, word] of current.split(" ").entries()) {
    if (at % 4 === 0)
      limits.set(
        word,
        current
          .split(" ")
          .slice(at + 1, at + 4)
          .join(" "),
      );
  }
  for (let i = 0; i < words.length; i += 4) {
    const given = (words[i] as string).toLowerCase();
    const name = given === "replica" ? "slave" : given;
    if (!["normal", "slave", "pubsub"].includes(name)) {
      return refused("Invalid client class specified in buffer limit configuration.");
    }
    const hard = memoryBytes(words[i + 1] as string);
    const soft = memoryBytes(words[i + 2] as string);
    const seconds = /^\s*[+-]?\d+$/.test(words[i + 3] as string) ? Number(words[i + 3]) : -1;
    if (hard === undefined || soft === undefined || seconds < 0) {
      return refused("Error in hard, soft or soft_seconds setting in buffer limit configuration.");
    }
    limits.set(name, `${hard} ${soft} ${seconds}`);
  }
  return { value: ["normal", "slave", "pubsub"].map((name) => `${name} ${limits.get(name)}`).join(" ") };
}

function percentiles(text: string): Outcome {
  if (text === "") return { value: "" };
  const shown: string[] = [];
  for (const word of text.split(" ")) {
    const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$|^0x[\da-f]+$/i.test(word)
      ? Number(word)
      : Number.NaN;
    if (Number.isNaN(number)) return refused("Invalid latency-tracking-info-percentiles parameters");
    if (number < 0 || number > 100) {
      return refused("latency-tracking-info-percentiles parameters should sit between [0.0,100.0]");
    }
    shown.push(number.toFixed(6).replace(/\.?0+$/, ""));
  }
  return { value: shown.join(" ") };
}

const eventClasses = "g$lshzxetd"; // "A" for all of them

// Shown in an order of its own; "n" is left out beside "A".
function keyspaceEvents(text: string): Outcome {
  if ([...text].some((letter) => !"Ag$lshzxeKEtmdn".includes(letter))) {
    return refused("Invalid event class character. Use 'Ag$lshzxeKEtmdn'.");
  }
  const set = new Set(text);
  const isAll = set.has("A") || [...eventClasses].every((letter) => set.has(letter));
  const classes = isAll ? "A" : [..."g$lshzxetdn"].filter((letter) => set.has(letter)).join("");
  return { value: classes + [..."KEm"].filter((letter) => set.has(letter)).join("") };
}

function memoryOrPercent(text: string): Outcome {
  if (text.endsWith("%")) {
    const percent = /^\d+$/.test(text.slice(0, -1)) ? Number(text.slice(0, -1)) : -1;
    if (percent < 0) return refused("argument must be a memory or percent value");
    if (percent > 100) return refused("percentage argument must be less or equal to 100");
    return { value: percent === 0 ? "0" : `${percent}%` };
  }
  const bytes = memoryBytes(text);
  if (bytes === undefined) return refused("argument must be a memory or percent value");
  return bytes > int64Max
    ? refused("percentage argument must be less or equal to 100")
    : { value: `${bytes}` };
}

function oomScores(text: string): Outcome {
  const words = text.split(" ");
  if (words.length !== 3) return refused("wrong number of arguments");
  for (const word of words) {
    const score = /^[+-]?\d+$/.test(word) ? Number(word) : Number.NaN;
    if (!(score >= -2000 && score <= 2000)) {
      return refused("Invalid oom-score-adj-values, elements must be between -2000 and 2000.");
    }
  }
  return { value: words.map(Number).join(" ") };
}

function hostname(text: string): Outcome {
  if (text.length >= 256) return refused("Hostnames must be less than 256 characters");
  if (!/^[\w.-]*$/.test(text) || text.includes("_")) {
    return refused("Hostnames may only contain alphanumeric characters, hyphens or dots");
  }
  return { value: text };
}

function savePoints(text: string): Outcome {
  if (text === "") return { value: "" };
  const words = text.split(" ");
  const isRight = words.every(
    (word, index) => /^\d+$/.test(word) && Number(word) >= (index % 2 === 0 ? 1 : 0),
  );
  if (words.length % 2 === 1 || !isRight) return refused("Invalid save parameters");
  return { value: words.map(Number).join(" ") };
}
