// Pipeline: calls of one client that are sent together: which these are, how they are written, what has come of their replies.

import type { Words } from "../../compat/resp/request.ts";
import { frameEnd } from "./frames.ts";
import type { Operation } from "./operation.ts";
import type { Link } from "./subject.ts";

export type CallOperation = Operation & { readonly kind: "call" };

/** Where the pipeline that begins at `from` ends. */
export function endOfPipeline(operations: readonly Operation[], from: number): number {
  const first = operations[from] as CallOperation;
  let end = from + 1;
  if (isQuit(first.words) || storesInDoubt(first.words)) return end;
  for (; end < operations.length; end++) {
    const next = operations[end] as Operation;
    if (next.kind !== "call" || !next.isPipelined || next.client !== first.client) return end;
    if (isQuit(next.words) || storesInDoubt(next.words)) return end + 1;
  }
  return end;
}

/** What it stores may have several right values, and its reply does not tell which: the key goes before anything asks for it. */
export function storesInDoubt(words: Words): boolean {
  const [name = ""] = words;
  return /^(geo|sort$)/i.test(name) && words.some((word) => /^(store(dist)?|geosearchstore)$/i.test(word));
}

/** What comes behind QUIT in one pipeline is not answered. */
export function isQuit(words: Words): boolean {
  return words[0]?.length === 4 && words[0].toLowerCase() === "quit";
}

/** A call that may cut others off. */
export function isKill(words: Words): boolean {
  return words[1]?.length === 4 && words[1].toLowerCase() === "kill";
}

/** A call as it is sent, Latin-1. */
export function requestText(words: Words): string {
  let text = `*${words.length}\r\n`;
  for (const word of words) text += `$${word.length}\r\n${word}\r\n`;
  return text;
}

const unauthenticatedWordsMax = 10;
const unauthenticatedBytesMax = 16_384;

/** What a server says to a client without a password that sends a large request, before it closes the connection. */
export function protocolRefusal(words: Words): string | undefined {
  if (words.length > unauthenticatedWordsMax)
    return "-ERR Protocol error: unauthenticated multibulk length\r\n";
  const isLong = words.some((word) => word.length > unauthenticatedBytesMax);
  return isLong ? "-ERR Protocol error: unauthenticated bulk length\r\n" : undefined;
}

/** The next `count` replies, raw; fewer when no more come; undefined when they may still come, unless all `isOver`. */
export function arrived(link: Link, at: number, count: number, isOver: boolean): string | undefined {
  const received = link.received();
  let end = at;
  for (let i = 0; i < count && end >= 0; i++) end = frameEnd(received, end);
  if (end >= 0) return received.slice(at, end);
  return isOver || end === -2 ? received.slice(at) : undefined;
}

/** Waits for `count` replies, or for the end. */
export async function takeFrames(link: Link, count: number): Promise<void> {
  let at = 0;
  for (let i = 0; i < count; i++) {
    let end = frameEnd(link.received(), at);
    while (end === -1 && (await link.arrival())) end = frameEnd(link.received(), at);
    if (end < 0) return;
    at = end;
  }
}
