// Log manifest: which files make up an append-only log, in the form of Redis 7.
//
//   file appendonly.aof.2.base.rdb seq 2 type b      what the log begins with: one at most
//   file appendonly.aof.5.incr.aof seq 5 type i      what comes after it, in order
//   file appendonly.aof.1.base.rdb seq 1 type h      replaced, to be deleted
//
// Role: text to data and back. A line may begin with #, and a name may stand in quotes.
// Invariant: of what is written, sequence numbers of increments grow.

import { quote, splitArguments } from "../config/split-arguments.ts";

const LINE_BYTES_MAX = 1024;

export type LogFile = { readonly name: string; readonly sequence: number };

export type LogManifest = {
  readonly base: LogFile | undefined;
  readonly increments: readonly LogFile[];
  readonly history: readonly LogFile[];
  /** The greatest numbers that were given to a base and to an increment. */
  readonly baseSequence: number;
  readonly incrementSequence: number;
};

export const emptyManifest: LogManifest = {
  base: undefined,
  increments: [],
  history: [],
  baseSequence: 0,
  incrementSequence: 0,
};

export type ManifestFault = { readonly line: number; readonly text: string; readonly reason: string };

/** Reads a manifest's text (Latin-1). */
export function parseManifest(
  text: string,
):
  | { readonly ok: true; readonly value: LogManifest }
  | { readonly ok: false; readonly fault: ManifestFault } {
  let base: LogFile | undefined;
  const increments: LogFile[] = [];
  const history: LogFile[] = [];
  let baseSequence = 0;
  let incrementSequence = 0;
  const lines = text.split("\n");
  const isUnended = lines.pop() !== "";
  const fail = (line: number, reason: string): { ok: false; fault: ManifestFault } => ({
    ok: false,
    fault: { line, text: lines[line - 1] ?? "", reason },
  });
  if (lines.length === 0)
    return fail(0, isUnended ? "Invalid AOF manifest file format" : "Found an empty AOF manifest");
  for (const [i, line] of lines.entries()) {
    if (line.startsWith("#")) continue;
    if (line.length >= LINE_BYTES_MAX) return fail(i + 1, "The AOF manifest file contains too long line");
    const file = parseLine(line);
    if (file === undefined) return fail(i + 1, "Invalid AOF manifest file format");
    const { name, sequence, type } = file;
    if (type === "b") {
      if (base !== undefined) return fail(i + 1, "Found duplicate base file information");
      base = { name, sequence };
      baseSequence = sequence;
    } else if (type === "h") {
      history.push({ name, sequence });
    } else if (type === "i") {
      if (sequence <= incrementSequence) return fail(i + 1, "Found a non-monotonic sequence number");
      increments.push({ name, sequence });
      incrementSequence = sequence;
    } else {
      return fail(i + 1, "Unknown AOF file type");
    }
  }
  if (isUnended) return fail(lines.length, "The AOF manifest file contains too long line");
  return { ok: true, value: { base, increments, history, baseSequence, incrementSequence } };
}

export function formatManifest({ base, history, increments }: LogManifest): string {
  const line = (file: LogFile, type: string): string =>
    `file ${nameText(file.name)} seq ${file.sequence} type ${type}\n`;
  return [
    ...(base === undefined ? [] : [line(base, "b")]),
    ...history.map((each) => line(each, "h")),
    ...increments.map((each) => line(each, "i")),
  ].join("");
}

function parseLine(
  line: string,
): { readonly name: string; readonly sequence: number; readonly type: string } | undefined {
  const words = splitArguments(line);
  if (words === undefined || words.length < 6 || words.length % 2 !== 0) return undefined;
  let name = "";
  let sequence = 0;
  let type = "";
  for (let i = 0; i < words.length; i += 2) {
    const value = words[i + 1] ?? "";
    switch (words[i]?.toLowerCase()) {
      case "file":
        name = value;
        break;
      case "seq":
        sequence = /^\d{1,15}$/.test(value) ? Number(value) : 0;
        break;
      case "type":
        type = value.slice(0, 1);
        break;
    }
  }
  // A path would lead out of the folder.
  if (name === "" || name.includes("/") || sequence === 0 || type === "") return undefined;
  return { name, sequence, type };
}

function nameText(name: string): string {
  return /^[!#-&(-[\]-~]+$/.test(name) ? name : quote(name);
}
