// Replay: recorded calls and replies, held against the oracle afterwards.
//
// A line is {"c": client, "t": Unix milliseconds, "w": [base64 words], "r": base64 reply}, in the order of execution,
// from a server that was empty at the first one. "x":"reply" marks a reply too large to be recorded, "x":"request"
// a request; what follows such a request cannot be judged.

import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { closingLine } from "../../src/testing/counts.ts";
import { matches, shown } from "../compare.ts";
import { Oracle } from "../oracle.ts";

type Line = {
  readonly c: number;
  readonly t: number;
  readonly w: readonly string[];
  readonly r: string;
  readonly x?: string;
};

const shownMax = 20;

/** Reads the file and prints what differs. The exit code. */
export async function replay(path: string): Promise<number> {
  const oracle = new Oracle();
  let passed = 0;
  let failed = 0;
  let skipped = 0;
  let number = 0;
  for await (const text of createInterface({ input: createReadStream(path) })) {
    number++;
    if (text === "") continue;
    const line = readLine(text);
    if (line === undefined) {
      console.log(`line ${number} is no record`);
      failed++;
      continue;
    }
    if (line.x === "request") {
      console.log(`line ${number} holds only a part of a request: the rest of the file is not judged`);
      skipped++;
      break;
    }
    const words = line.w.map(latin1);
    const reply = oracle.execute(line.c, words, line.t);
    if (line.x === "reply") {
      skipped++;
      continue;
    }
    const reason = matches(reply, latin1(line.r), oracle.session(line.c).protocol);
    if (reason === undefined) {
      passed++;
      continue;
    }
    failed++;
    if (failed > shownMax) continue;
    console.log(`DIFFERENCE in line ${number}, client ${line.c}, at ${line.t}`);
    console.log(
      `  call:   ${shown(words.map((word) => JSON.stringify(word)).join(" "))}\n  reason: ${reason}`,
    );
  }
  if (failed > shownMax) console.log(`and ${failed - shownMax} more`);
  console.log(closingLine({ passed, failed, skipped }));
  return failed === 0 ? 0 : 1;
}

function readLine(text: string): Line | undefined {
  try {
    const line: Line = JSON.parse(text);
    const isWhole =
      typeof line.c === "number" &&
      typeof line.t === "number" &&
      Array.isArray(line.w) &&
      typeof line.r === "string";
    return isWhole ? line : undefined;
  } catch {
    return undefined;
  }
}

function latin1(base64: string): string {
  return Buffer.from(base64, "base64").toString("latin1");
}
