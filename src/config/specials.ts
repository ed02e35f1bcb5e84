// Special directives: values with a grammar of their own.
//
// Role: for each, how arguments are read (all checked before anything is taken), how CONFIG GET prints the value,
// and the lines that CONFIG REWRITE writes for it.

import { assert } from "../lib/assert.ts";
import type { SpecialName } from "./directive.ts";
import { formatDouble, formatMemory, readDouble, readLoose, readMemory } from "./numbers.ts";
import { failed, type Outcome, type Setting } from "./setting.ts";
import { quote } from "./split-arguments.ts";

/** Snapshot after `seconds` when at least `changes` keys changed. */
export type SavePoint = { readonly seconds: number; readonly changes: number };

/** A client whose unsent replies exceed `hardBytes`, or `softBytes` for `softSeconds`, is closed. 0 means no limit. */
export type BufferLimit = {
  readonly hardBytes: number;
  readonly softBytes: number;
  readonly softSeconds: number;
};
export type BufferLimits = {
  readonly normal: BufferLimit;
  readonly replica: BufferLimit;
  readonly pubsub: BufferLimit;
};

/** Bits of notify-keyspace-events, under the letters that select them. */
export const eventBit = {
  K: 1 << 0, // Publish to __keyspace@<db>__ channels.
  E: 1 << 1, // Publish to __keyevent@<db>__ channels.
  g: 1 << 2,
  $: 1 << 3,
  l: 1 << 4,
  s: 1 << 5,
  h: 1 << 6,
  z: 1 << 7,
  x: 1 << 8,
  e: 1 << 9,
  t: 1 << 10,
  m: 1 << 11,
  d: 1 << 13,
  n: 1 << 14,
} as const;

const bindAddressesMax = 16;
const classLetters = "g$lshzxetd"; // What "A" stands for: misses and new keys are not in it.
const int32 = (value: bigint) => Number(BigInt.asIntN(32, value));

/** Reads the arguments of a special directive. `adds`: save points join those of `current` (later lines of a file). */
export function readSpecial(
  special: SpecialName,
  args: readonly string[],
  current: Setting | undefined,
  adds: boolean,
): Outcome {
  switch (special) {
    case "bind":
      return readBind(args);
    case "buffer-limits":
      return readBufferLimits(args, current);
    case "directory":
      return { ok: true, setting: { text: args[0] ?? "", value: args[0] ?? "" } };
    case "event-classes":
      return readEventClasses(args[0] ?? "");
    case "oom-scores":
      return readOomScores(args);
    case "percentiles":
      return readPercentiles(args);
    case "replica-of":
      return readReplicaOf(args);
    case "save-points":
      return readSavePoints(args, current, adds);
  }
}

/** The lines that set `text` again, and whether they are written where the file had none (`isForced`). */
export function linesOfSpecial(
  special: SpecialName,
  name: string,
  text: string,
  initial: string,
): readonly { readonly line: string; readonly isForced: boolean }[] {
  const words = text.split(" ");
  const isForced = text !== initial;
  switch (special) {
    case "bind":
      if (!isForced) return []; // A default is kept by leaving the line out.
      return [{ line: `${name} ${text === "" ? '""' : text}`, isForced }];
    case "buffer-limits":
      return linesOfBufferLimits(name, words, initial.split(" "));
    case "directory":
      return [{ line: `${name} ${quote(text)}`, isForced: true }];
    case "event-classes":
      return [{ line: `${name} ${quote(text)}`, isForced }];
    case "oom-scores":
      return [{ line: `${name} ${text}`, isForced }];
    case "percentiles":
      return [{ line: `${name} ${text === "" ? '""' : text}`, isForced: true }];
    case "replica-of":
      return text === "" ? [] : [{ line: `${name} ${text}`, isForced: true }];
    case "save-points":
      if (text === "") return [{ line: `${name} ""`, isForced: true }];
      return pairs(words).map(([seconds, changes]) => ({
        line: `${name} ${seconds} ${changes}`,
        isForced: true,
      }));
  }
}

function pairs(words: readonly string[]): (readonly [string, string])[] {
  return words.flatMap((word, i) => (i % 2 === 0 ? [[word, words[i + 1] ?? ""] as const] : []));
}

function readBind(args: readonly string[]): Outcome {
  if (args.length > bindAddressesMax) return failed("Too many bind addresses specified.");
  const addresses = args.length === 1 && args[0] === "" ? [] : args;
  return { ok: true, setting: { text: addresses.join(" "), value: addresses } };
}

function readSavePoints(args: readonly string[], current: Setting | undefined, adds: boolean): Outcome {
  const isReset = args.length === 1 && args[0] === "";
  const words = isReset ? [] : args;
  if (words.length % 2 === 1) return failed("Invalid save parameters");
  const points: string[] = isReset || !adds || !current?.text ? [] : [current.text];
  for (const [seconds, changes] of pairs(words)) {
    const secondsRead = readLoose(seconds, 10);
    const changesRead = readLoose(changes, 10);
    if (secondsRead === undefined || changesRead === undefined || secondsRead < 1n || changesRead < 0n) {
      return failed("Invalid save parameters");
    }
    points.push(`${secondsRead} ${int32(changesRead)}`);
  }
  const text = points.join(" ");
  const value: SavePoint[] =
    text === "" ? [] : pairs(text.split(" ")).map(([s, c]) => ({ seconds: Number(s), changes: Number(c) }));
  return { ok: true, setting: { text, value } };
}

const limitClasses: ReadonlyMap<string, "normal" | "replica" | "pubsub"> = new Map([
  ["normal", "normal"],
  ["slave", "replica"],
  ["replica", "replica"],
  ["pubsub", "pubsub"],
]);

function readBufferLimits(args: readonly string[], current: Setting | undefined): Outcome {
  if (args.length % 4 !== 0) return failed("Wrong number of arguments in buffer limit configuration.");
  const words = (current?.text ?? "normal 0 0 0 slave 0 0 0 pubsub 0 0 0").split(" ");
  assert(words.length === 12, `three classes of four words: ${words.join(" ")}`);
  const order = ["normal", "replica", "pubsub"];
  for (let i = 0; i < args.length; i += 4) {
    const limitClass = limitClasses.get((args[i] ?? "").toLowerCase());
    if (limitClass === undefined)
      return failed("Invalid client class specified in buffer limit configuration.");
    const hard = readMemory(args[i + 1] ?? "");
    const soft = readMemory(args[i + 2] ?? "");
    const softSeconds = readLoose(args[i + 3] ?? "", 10);
    if (hard === undefined || soft === undefined || softSeconds === undefined || int32(softSeconds) < 0) {
      return failed("Error in hard, soft or soft_seconds setting in buffer limit configuration.");
    }
    words.splice(
      order.indexOf(limitClass) * 4 + 1,
      3,
      String(hard),
      String(soft),
      String(int32(softSeconds)),
    );
  }
  const limit = (at: number): BufferLimit => ({
    hardBytes: Number(words[at + 1]),
    softBytes: Number(words[at + 2]),
    softSeconds: Number(words[at + 3]),
  });
  const value: BufferLimits = { normal: limit(0), replica: limit(4), pubsub: limit(8) };
  return { ok: true, setting: { text: words.join(" "), value } };
}

function linesOfBufferLimits(name: string, words: readonly string[], initial: readonly string[]) {
  return [0, 4, 8].map((at) => {
    const [limitClass = "", hard = "0", soft = "0", seconds = "0"] = words.slice(at, at + 4);
    const shown = limitClass === "slave" ? "replica" : limitClass;
    return {
      line: `${name} ${shown} ${formatMemory(BigInt(hard))} ${formatMemory(BigInt(soft))} ${seconds}`,
      isForced: words.slice(at, at + 4).join(" ") !== initial.slice(at, at + 4).join(" "),
    };
  });
}

function readOomScores(args: readonly string[]): Outcome {
  if (args.length !== 3) return failed("wrong number of arguments");
  const scores: bigint[] = [];
  for (const arg of args) {
    const score = readLoose(arg, 10);
    if (score === undefined || score < -2000n || score > 2000n) {
      return failed("Invalid oom-score-adj-values, elements must be between -2000 and 2000.");
    }
    scores.push(score);
  }
  return { ok: true, setting: { text: scores.join(" "), value: scores.map(Number) } };
}

function readPercentiles(args: readonly string[]): Outcome {
  const percentiles: number[] = [];
  for (const arg of args.length === 1 && args[0] === "" ? [] : args) {
    const percentile = readDouble(arg);
    if (percentile === undefined) return failed("Invalid latency-tracking-info-percentiles parameters");
    if (percentile < 0 || percentile > 100) {
      return failed("latency-tracking-info-percentiles parameters should sit between [0.0,100.0]");
    }
    percentiles.push(percentile);
  }
  return { ok: true, setting: { text: percentiles.map(formatDouble).join(" "), value: percentiles } };
}

function readReplicaOf(args: readonly string[]): Outcome {
  if (args.length !== 2) return failed("wrong number of arguments");
  const [host = "", port = ""] = args;
  if (host.toLowerCase() === "no" && port.toLowerCase() === "one")
    return { ok: true, setting: { text: "", value: "" } };
  const portRead = readLoose(port, 10);
  if (portRead === undefined || portRead < 0n || portRead > 65535n) return failed("Invalid master port");
  const text = `${host} ${portRead}`;
  return { ok: true, setting: { text, value: text } };
}

function readEventClasses(letters: string): Outcome {
  let bits = 0;
  for (const letter of letters) {
    if (letter === "A") for (const one of classLetters) bits |= bitOf(one) ?? 0;
    else {
      const bit = bitOf(letter);
      if (bit === undefined) return failed("Invalid event class character. Use 'Ag$lshzxeKEtmdn'.");
      bits |= bit;
    }
  }
  const has = (letter: string) => (bits & (bitOf(letter) ?? 0)) !== 0;
  // Beside "A" Redis does not print "n", though it is in force: 7.0.15 answers "A" after "An".
  const classes = [...classLetters].every(has) ? "A" : [...`${classLetters}n`].filter(has).join("");
  return { ok: true, setting: { text: classes + [..."KEm"].filter(has).join(""), value: bits } };
}

function bitOf(letter: string): number | undefined {
  return Object.entries(eventBit).find(([name]) => name === letter)?.[1];
}

/** Whether a process title can be made from `template`: known variables only, and something left without the title. */
export function checkTitleTemplate(template: string): string | undefined {
  const known = ["title", "listen-addr", "server-mode", "port", "tls-port", "unixsocket", "config-file"];
  // The title, the socket path and the file may be empty, so they do not count as something.
  const mayBeEmpty = ["title", "unixsocket", "config-file", "server-mode"];
  let isValid = true;
  const rest = template.replace(/\{\{|\{([^{}][^}]*)\}|\{/g, (whole, variable: string | undefined) => {
    if (whole === "{{") return "{";
    if (variable === undefined || !known.includes(variable)) isValid = false;
    return variable === undefined || mayBeEmpty.includes(variable) ? "" : variable;
  });
  return isValid && rest.replace(/ /g, "") !== ""
    ? undefined
    : "template format is invalid or contains unknown variables";
}
