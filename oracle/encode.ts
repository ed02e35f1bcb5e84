// encode: an expected reply as RESP bytes, where it allows exactly one answer.
//
// Role: the usual comparison is one comparison of strings. Independent of src/resp: written from the protocol's
// description.

import type { Reply } from "./reply.ts";

const PLUS = 43;
const MINUS = 45;
const CR = 13;
const LF = 10;

/** RESP bytes as Latin-1 text; undefined when more than one answer is right. */
export function encode(reply: Reply, protocol: 2 | 3): string | undefined {
  switch (reply.kind) {
    case "bulk":
      return `$${reply.bytes.length}\r\n${reply.bytes}\r\n`;
    case "simple":
      return `+${reply.text}\r\n`;
    case "integer":
      return `:${reply.value}\r\n`;
    case "error":
      return `-${reply.text}\r\n`;
    case "null":
      return protocol === 3 ? "_\r\n" : "$-1\r\n";
    case "null-array":
      return protocol === 3 ? "_\r\n" : "*-1\r\n";
    case "double":
      return protocol === 3 ? `,${reply.text}\r\n` : `$${reply.text.length}\r\n${reply.text}\r\n`;
    case "boolean":
      if (protocol === 3) return reply.value ? "#t\r\n" : "#f\r\n";
      return reply.value ? ":1\r\n" : ":0\r\n";
    case "verbatim":
      if (protocol === 2) return `$${reply.text.length}\r\n${reply.text}\r\n`;
      return `=${reply.text.length + 4}\r\n${reply.format}:${reply.text}\r\n`;
    case "array":
      if (reply.isUnordered === true && reply.items.length > 1) return undefined;
      return encodeAll(`*${reply.items.length}\r\n`, reply.items, protocol);
    case "set":
      if (reply.items.length > 1) return undefined;
      return encodeAll(`${protocol === 3 ? "~" : "*"}${reply.items.length}\r\n`, reply.items, protocol);
    case "push":
      return encodeAll(`${protocol === 3 ? ">" : "*"}${reply.items.length}\r\n`, reply.items, protocol);
    case "sequence":
      return encodeAll("", reply.replies, protocol);
    case "map": {
      if (reply.isUnordered === true && reply.pairs.length > 1) return undefined;
      const head = protocol === 3 ? `%${reply.pairs.length}\r\n` : `*${reply.pairs.length * 2}\r\n`;
      return encodeAll(head, reply.pairs.flat(), protocol);
    }
    case "raw":
      return reply.bytes;
    case "between":
      return reply.low === reply.high ? `:${reply.low}\r\n` : undefined;
    default:
      return undefined;
  }
}

/** Where `reply` ends in `text` if it stands there from `at` on, byte for byte; -1 when it does not, or needs a closer look. */
export function endOf(reply: Reply, text: string, at: number, protocol: 2 | 3): number {
  // The commonest kinds without a text of their own: it would be joined and made flat for one comparison.
  switch (reply.kind) {
    case "bulk": {
      const head = `$${reply.bytes.length}\r\n`;
      if (!text.startsWith(head, at)) return -1;
      return endOfLine(reply.bytes, text, at + head.length);
    }
    case "simple":
      return text.charCodeAt(at) === PLUS ? endOfLine(reply.text, text, at + 1) : -1;
    case "error":
      return text.charCodeAt(at) === MINUS ? endOfLine(reply.text, text, at + 1) : -1;
    default: {
      const expected = encode(reply, protocol);
      return expected !== undefined && text.startsWith(expected, at) ? at + expected.length : -1;
    }
  }
}

function endOfLine(line: string, text: string, at: number): number {
  const end = at + line.length;
  const isHere = text.startsWith(line, at) && text.charCodeAt(end) === CR && text.charCodeAt(end + 1) === LF;
  return isHere ? end + 2 : -1;
}

function encodeAll(head: string, items: readonly Reply[], protocol: 2 | 3): string | undefined {
  let text = head;
  for (const item of items) {
    const encoded = encode(item, protocol);
    if (encoded === undefined) return undefined;
    text += encoded;
  }
  return text;
}
