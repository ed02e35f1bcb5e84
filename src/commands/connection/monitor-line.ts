// The line that MONITOR's listeners get for a command: when, where, who and what.
//
//   +1700000000.123456 [0 127.0.0.1:5000] "set" "k" "v\x00"\r\n
//
// It is built when the command has run, so `db` is the database selected by then: a SELECT shows the new one.

import { latin1Bytes } from "../../lib/bytes.ts";
import type { Args } from "../../resp/args.ts";
import type { Command } from "../define.ts";
import { secretArguments } from "./redaction.ts";

export type MonitorSource = {
  /** Wall clock in microseconds. */
  readonly nowUs: number;
  readonly db: number;
  /** "127.0.0.1:5000", "unix:" and the socket's path, or "lua". */
  readonly address: string;
};

const QUOTE = 34;
const BACKSLASH = 92;
const redacted = latin1Bytes("(redacted)");
const hexDigits = latin1Bytes("0123456789abcdef");

// The letter after the backslash, for bytes that have one.
const letters = new Uint8Array(256);
for (const [byte, letter] of ["\x07a", "\bb", "\tt", "\nn", "\rr", '""', "\\\\"]) {
  letters[(byte as string).charCodeAt(0)] = (letter as string).charCodeAt(0);
}

/** Whether listeners are told of a command: those that administrate the server are too delicate to show. */
export function isShownToMonitors(command: Command): boolean {
  return !command.flags.includes("admin") && !command.flags.includes("skip_monitor");
}

/** The encoded line, CR and LF included. Allocates as many bytes as it has. */
export function monitorLine({ nowUs, db, address }: MonitorSource, args: Args): Uint8Array {
  const seconds = Math.floor(nowUs / 1_000_000);
  const fraction = `${nowUs - seconds * 1_000_000}`.padStart(6, "0");
  const start = latin1Bytes(`+${seconds}.${fraction} [${db} ${address}]`);
  const secrets = secretArguments(args);

  let length = start.length + 2;
  for (let i = 0; i < args.count; i++) {
    length += secrets.has(i) ? redacted.length + 3 : quotedLength(args.bytes, args.start(i), args.end(i)) + 1;
  }

  const line = new Uint8Array(length);
  line.set(start);
  let at = start.length;
  for (let i = 0; i < args.count; i++) {
    line[at++] = 32;
    at = secrets.has(i)
      ? writeQuoted(line, at, redacted, 0, redacted.length)
      : writeQuoted(line, at, args.bytes, args.start(i), args.end(i));
  }
  line[at] = 13;
  line[at + 1] = 10;
  return line;
}

function quotedLength(bytes: Uint8Array, start: number, end: number): number {
  let length = end - start + 2;
  for (let i = start; i < end; i++) {
    const byte = bytes[i] as number;
    if (letters[byte] !== 0) length += 1;
    else if (byte < 32 || byte > 126) length += 3;
  }
  return length;
}

// Writes the bytes in double quotes at `at`, escaped so that they print, and returns the offset after them.
function writeQuoted(target: Uint8Array, at: number, bytes: Uint8Array, start: number, end: number): number {
  let to = at;
  target[to++] = QUOTE;
  for (let i = start; i < end; i++) {
    const byte = bytes[i] as number;
    const letter = letters[byte] as number;
    if (letter !== 0) {
      target[to++] = BACKSLASH;
      target[to++] = letter;
    } else if (byte < 32 || byte > 126) {
      target[to++] = BACKSLASH;
      target[to++] = 120;
      target[to++] = hexDigits[byte >>> 4] as number;
      target[to++] = hexDigits[byte & 15] as number;
    } else {
      target[to++] = byte;
    }
  }
  target[to++] = QUOTE;
  return to;
}
