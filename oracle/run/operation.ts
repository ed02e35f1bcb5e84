// Operation: one thing that a run does, and how it is written as one line of a regression file.
//
//   @server shards=4 seed=7   how the server was started; first line, if any
//   1> SET "a b" x            a call of client 1
//   1+ GET "a b"              a call sent together with the one before, which is of the same client
//   @advance 250              the clock goes on, milliseconds
//   1> @walk COUNT 5          SCAN from cursor 0 to cursor 0 with nothing in between
//   1> @scan COUNT 5          one SCAN; the client's walk goes on with its next @scan, whatever happens in between; each
//                             has a COUNT of its own, and the first says what is looked for
//   1> @reconnect             the connection is dropped, and the client comes back with a new one
//   @state                    everything that is stored is compared
//   # ...                     a remark

import { parseWords, quoteWords, type Words } from "../../compat/resp/request.ts";

export type Operation =
  | {
      readonly kind: "call";
      readonly client: number;
      readonly words: Words;
      readonly isPipelined: boolean;
      /** The command it was drawn for; "" where nothing is counted. */
      readonly fullName: string;
    }
  | { readonly kind: "advance"; readonly ms: number }
  | { readonly kind: "walk" | "scan"; readonly client: number; readonly options: Words }
  | { readonly kind: "reconnect"; readonly client: number }
  | { readonly kind: "state" };

/** How a server in this process is started. */
export type Setting = { readonly shards: number; readonly seed: number };

export type Script = { readonly setting: Setting | undefined; readonly operations: readonly Operation[] };

export function call(client: number, ...words: string[]): Operation {
  return { kind: "call", client, words, isPipelined: false, fullName: "" };
}

export function writeOperation(operation: Operation, sizeMax = Number.POSITIVE_INFINITY): string {
  switch (operation.kind) {
    case "call":
      return `${operation.client}${operation.isPipelined ? "+" : ">"} ${quoteWords(operation.words, sizeMax)}`;
    case "advance":
      return `@advance ${operation.ms}`;
    case "walk":
    case "scan":
      return `${operation.client}> @${operation.kind} ${quoteWords(operation.options, sizeMax)}`.trimEnd();
    case "reconnect":
      return `${operation.client}> @reconnect`;
    case "state":
      return "@state";
  }
}

export function writeSetting({ shards, seed }: Setting): string {
  return `@server shards=${shards} seed=${seed}`;
}

/** Reads what the two functions above wrote. Throws on a line that is none. */
export function readScript(text: string): Script {
  const operations: Operation[] = [];
  let setting: Setting | undefined;
  for (const line of text.split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const server = /^@server shards=(\d+) seed=(\d+)$/.exec(line);
    if (server !== null) setting = { shards: Number(server[1]), seed: Number(server[2]) };
    else operations.push(readOperation(line));
  }
  return { setting, operations };
}

function readOperation(line: string): Operation {
  if (line === "@state") return { kind: "state" };
  const advance = /^@advance (\d+)$/.exec(line);
  if (advance !== null) return { kind: "advance", ms: Number(advance[1]) };
  const parts = /^(\d+)([>+]) (.*)$/s.exec(line);
  if (parts === null) throw new Error(`not an operation: ${line}`);
  const client = Number(parts[1]);
  const rest = parts[3] ?? "";
  const words = parseWords(rest);
  if (rest === "@reconnect") return { kind: "reconnect", client };
  if (rest.startsWith("@walk")) return { kind: "walk", client, options: words.slice(1) };
  if (rest.startsWith("@scan")) return { kind: "scan", client, options: words.slice(1) };
  return { kind: "call", client, words, isPipelined: parts[2] === "+", fullName: "" };
}
