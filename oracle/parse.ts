// parse: RESP2 and RESP3 replies, read from Latin-1 text.
//
// Role: what a server answered, as a value, for replies of which more than one would be right. Independent of
// src/resp. Strict: lengths, counts and line ends must be exactly as the protocol writes them.

import type { Answer } from "./reply.ts";

export type Parsed = { readonly answer: Answer; readonly end: number };

const DEPTH_MAX = 64; // far beyond what any command answers

/** The answer that begins at `at`, and where it ends; undefined when it is malformed or cut short. */
export function parse(text: string, at = 0, depth = 0): Parsed | undefined {
  if (depth > DEPTH_MAX) return undefined;
  const lineEnd = text.indexOf("\r\n", at);
  if (lineEnd < 0) return undefined;
  const line = text.slice(at + 1, lineEnd);
  const end = lineEnd + 2;
  switch (text[at]) {
    case "+":
      return isLine(line) ? { answer: { kind: "simple", text: line }, end } : undefined;
    case "-":
      return isLine(line) ? { answer: { kind: "error", text: line }, end } : undefined;
    case ":":
      return isInteger(line) ? { answer: { kind: "integer", value: BigInt(line) }, end } : undefined;
    case "(":
      return isInteger(line) ? { answer: { kind: "big-number", text: line }, end } : undefined;
    case ",":
      return isDouble(line) ? { answer: { kind: "double", text: line }, end } : undefined;
    case "_":
      return line === "" ? { answer: { kind: "null" }, end } : undefined;
    case "#":
      if (line !== "t" && line !== "f") return undefined;
      return { answer: { kind: "boolean", value: line === "t" }, end };
    case "$":
      if (line === "-1") return { answer: { kind: "null" }, end };
      return parseBytes("bulk", text, line, end);
    case "=":
      return parseBytes("verbatim", text, line, end);
    case "*":
      if (line === "-1") return { answer: { kind: "null-array" }, end };
      return parseItems("array", { text, line, at: end, depth });
    case "~":
      return parseItems("set", { text, line, at: end, depth });
    case ">":
      return parseItems("push", { text, line, at: end, depth });
    case "%":
      return parseItems("map", { text, line, at: end, depth });
    default:
      return undefined;
  }
}

/** All answers of `text` one after the other; undefined when something is left over. */
export function parseAll(text: string): Answer[] | undefined {
  const answers: Answer[] = [];
  for (let at = 0; at < text.length; ) {
    const parsed = parse(text, at);
    if (parsed === undefined) return undefined;
    answers.push(parsed.answer);
    at = parsed.end;
  }
  return answers;
}

function parseBytes(kind: "bulk" | "verbatim", text: string, line: string, at: number): Parsed | undefined {
  if (!isCount(line)) return undefined;
  const end = at + Number(line);
  if (text[end] !== "\r" || text[end + 1] !== "\n") return undefined;
  return { answer: { kind, text: text.slice(at, end) }, end: end + 2 };
}

function parseItems(
  kind: "array" | "set" | "push" | "map",
  from: { readonly text: string; readonly line: string; readonly at: number; readonly depth: number },
): Parsed | undefined {
  if (!isCount(from.line)) return undefined;
  const count = Number(from.line) * (kind === "map" ? 2 : 1);
  const items: Answer[] = [];
  let end = from.at;
  while (items.length < count) {
    const item = parse(from.text, end, from.depth + 1);
    if (item === undefined) return undefined;
    items.push(item.answer);
    end = item.end;
  }
  return { answer: { kind, items }, end };
}

function isLine(line: string): boolean {
  return !line.includes("\r") && !line.includes("\n");
}

function isCount(line: string): boolean {
  return /^(0|[1-9]\d{0,9})$/.test(line);
}

function isInteger(line: string): boolean {
  return /^(0|-?[1-9]\d*)$/.test(line);
}

function isDouble(line: string): boolean {
  return /^(-?inf|nan|-?\d+(\.\d+)?([eE][-+]?\d+)?)$/.test(line);
}
