// Check log: what an append-only file or a manifest holds, and where it is damaged, for a person.
//
// Requests are read as if they were to be run, and nothing is run. Where a file was cut off, it is told how much of it
// is whole: what a server that may cut it would keep.

import { type BlockingFiles, faultTexts } from "../env/files.ts";
import type { ByteSource } from "../persistence/byte-source.ts";
import { LogReader } from "../persistence/log-reader.ts";
import { readManifest } from "./log-folder.ts";

export type Checked = { readonly text: string; readonly isWhole: boolean };

/** Lines about the requests from the source's place on. */
export function checkRequests(source: ByteSource): { readonly lines: string[]; readonly isWhole: boolean } {
  const reader = new LogReader(source);
  let requests = 0;
  let transactions = 0;
  let multiAt = -1;
  for (;;) {
    const { offset } = reader;
    const step = reader.next();
    if (step === "request") {
      requests++;
      if (reader.args.is(0, "multi")) multiAt = offset;
      else if (reader.args.is(0, "exec")) {
        multiAt = -1;
        transactions++;
      }
      continue;
    }
    const lines = [`  ${requests} requests, ${transactions} transactions`];
    const whole = multiAt >= 0 ? multiAt : reader.offset;
    if (step === "end" && multiAt < 0) {
      lines.push("It is whole: every request can be read.");
      return { lines, isWhole: true };
    }
    lines.push(
      step === "damaged"
        ? `Damaged at byte ${reader.offset}: ${reader.reason}.`
        : `Cut off: it is whole up to byte ${whole}, of ${source.sizeBytes}.`,
    );
    return { lines, isWhole: false };
  }
}

/** A report about a manifest, and about each file that it names; `check` tells of one. */
export function checkManifest(files: BlockingFiles, path: string, check: (path: string) => Checked): Checked {
  const read = readManifest(files, path);
  if (read.kind === "damaged") {
    const { line, text, reason } = read.fault;
    return { text: `${path}: damaged in line ${line}: ${reason}: ${text}\n`, isWhole: false };
  }
  if (read.kind !== "read") return { text: `${path}: ${faultTexts[read.fault]}\n`, isWhole: false };
  const { base, increments } = read.manifest;
  const folder = path.includes("/") ? path.slice(0, path.lastIndexOf("/") + 1) : "";
  let report = `${path}: ${base === undefined ? "no base" : "a base"}, ${increments.length} increments\n`;
  let isWhole = true;
  for (const { name } of [...(base === undefined ? [] : [base]), ...increments]) {
    const checked = check(`${folder}${name}`);
    report += checked.text;
    isWhole &&= checked.isWhole;
  }
  return { text: report, isWhole };
}
