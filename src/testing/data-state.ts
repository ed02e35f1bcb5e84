// Data state: all that a server holds, as text that can be compared, whatever the order and the form it is kept in.
//
// Role: for tests that carry data from one place to another. Every key of every database with its type, its value in
// full, and all times; of streams the groups with what is pending; and the libraries of functions.

import { digestOfValue } from "../commands/server/debug-digest.ts";
import type { TestServer } from "./command-runner.ts";

const TYPE_HASH = 4;
const TYPE_STREAM = 5;

/** One line for each key, in order of their texts. Commands are run for it on the server's first client. */
export function stateOf(server: TestServer): string[] {
  const lines: string[] = [];
  const { everything, config } = server.server;
  for (let db = 0; db < config.databases; db++) {
    const keys: { text: string; line: string; type: number }[] = [];
    everything.db = db;
    let cursor = 0;
    do {
      cursor = everything.scan(cursor, 1000, (entry) => {
        const text = Buffer.from(entry.bytes.subarray(entry.keyStart, entry.keyEnd)).toString("latin1");
        const line = `${db} ${JSON.stringify(text)} ${entry.type} ${digestOfValue(entry)} @${entry.expireAtMs}`;
        keys.push({ text, line, type: entry.type });
      });
    } while (cursor !== 0);
    server.run("SELECT", db);
    for (const { text, line, type } of keys) lines.push(line + detailsOf(server, text, type));
  }
  server.run("SELECT", 0);
  const libraries = server.run("FUNCTION", "LIST", "WITHCODE");
  if (libraries !== "*0\r\n") lines.push(`functions ${JSON.stringify(libraries)}`);
  return lines.sort();
}

function detailsOf(server: TestServer, key: string, type: number): string {
  if (type === TYPE_STREAM) return ` ${server.run("XINFO", "STREAM", key, "FULL", "COUNT", 0)}`;
  if (type !== TYPE_HASH) return "";
  const fields = bulks(server.run("HKEYS", key)).sort();
  const times = server.run("HPEXPIRETIME", key, "FIELDS", fields.length, ...fields);
  return /:\d/.test(times) ? ` ${fields.map((field) => JSON.stringify(field)).join(",")} ${times}` : "";
}

// The bulk strings of an array of nothing else.
function bulks(reply: string): string[] {
  const found: string[] = [];
  for (let at = reply.indexOf("\r\n") + 2; at < reply.length; ) {
    const lineEnd = reply.indexOf("\r\n", at);
    const size = Number(reply.slice(at + 1, lineEnd));
    found.push(reply.slice(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
  return found;
}
