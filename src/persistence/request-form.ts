// Request form: keys as the requests that make them, for a log whose base is no snapshot file (aof-use-rdb-preamble no).
//
// A string is told by SET, which a person can read. Any other value is told by RESTORE, with the payload that DUMP gives: one
// request for a key, exact to the encoding of its elements, and far shorter than one request for so many of them.
// The price: a large collection is put together in memory before it is written.

import type { EntryView } from "../keyspace/entry-view.ts";
import { latin1Bytes } from "../lib/bytes.ts";
import { TYPE_STRING } from "../store/entry.ts";
import { ByteSink } from "./byte-sink.ts";
import { writeEntryPayload } from "./dump-payload.ts";

/** What is told of how a key was used, as words of RESTORE. */
export type UseWords = readonly [] | readonly [name: "IDLETIME" | "FREQ", value: number];

/** The line that says when what follows was written. */
export function writeStamp(sink: ByteSink, second: number): void {
  line(sink, `#TS:${second}`);
}

export function writeSelectRequest(sink: ByteSink, db: number): void {
  begin(sink, 2);
  word(sink, "SELECT");
  word(sink, `${db}`);
}

export function writeLibraryRequest(sink: ByteSink, code: Uint8Array): void {
  begin(sink, 3);
  word(sink, "FUNCTION");
  word(sink, "LOAD");
  bulk(sink, code, 0, code.length);
}

/** The request that makes the key in `view` what it is. */
export function writeKeyRequest(sink: ByteSink, view: EntryView, isCompressed: boolean, use: UseWords): void {
  const { bytes, keyStart, keyEnd, hasExpiry } = view;
  const expiry = timeText(view.expireAtMs);
  if (view.type === TYPE_STRING) {
    begin(sink, hasExpiry ? 5 : 3);
    word(sink, "SET");
    bulk(sink, bytes, keyStart, keyEnd);
    bulk(sink, bytes, view.valueStart, view.valueEnd);
    if (!hasExpiry) return;
    word(sink, "PXAT");
    word(sink, expiry);
    return;
  }
  const payload = new ByteSink();
  writeEntryPayload(payload, view, isCompressed);
  begin(sink, 4 + (hasExpiry ? 1 : 0) + use.length);
  word(sink, "RESTORE");
  bulk(sink, bytes, keyStart, keyEnd);
  word(sink, hasExpiry ? expiry : "0");
  bulk(sink, payload.bytes, 0, payload.sizeBytes);
  if (hasExpiry) word(sink, "ABSTTL");
  for (const each of use) word(sink, `${each}`);
}

function begin(sink: ByteSink, words: number): void {
  line(sink, `*${words}`);
}

function word(sink: ByteSink, text: string): void {
  line(sink, `$${text.length}`);
  line(sink, text);
}

function bulk(sink: ByteSink, bytes: Uint8Array, start: number, end: number): void {
  line(sink, `$${end - start}`);
  sink.copy(bytes, start, end);
  line(sink, "");
}

function line(sink: ByteSink, text: string): void {
  const bytes = latin1Bytes(`${text}\r\n`);
  sink.copy(bytes, 0, bytes.length);
}

// The latest time there is, 2^63 - 1, is kept as the number next to it.
function timeText(atMs: number): string {
  return atMs >= 2 ** 63 ? "9223372036854775807" : `${atMs}`;
}
