// Difference: where two runs of one seed part: `npm run sim:diff -- --seed 0x.. [--node PATH]`.
//
// Runs the seed in this process and in another one, both with full traces, and prints the first event that differs.
// With --print it is the other one, which prints its trace.

import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { subjectsOf } from "./batch.ts";
import { runPlan } from "./one.ts";
import { readOptions } from "./options.ts";
import { planOfSubject } from "./perform.ts";

const CONTEXT = 5;

const args = process.argv.slice(2);
const nodeAt = args.indexOf("--node");
const [, other] = nodeAt < 0 ? [] : args.splice(nodeAt, 2);
const isOther = args.includes("--print");
const own = args.filter((word) => word !== "--print");
const options = readOptions(own);
if (typeof options === "string" || (options.seed === undefined && options.plan === undefined)) {
  console.error(typeof options === "string" ? options : "--seed or --plan is needed");
  process.exitCode = 2;
} else {
  const subject = subjectsOf(options, "0x0")[0];
  const plan = subject === undefined ? undefined : planOfSubject(subject);
  // The other one without checks: they may not change what happens either.
  const trace =
    plan === undefined ? [] : runPlan(plan, { checks: isOther ? [] : "cheap", trace: "full" }).trace;
  if (isOther) process.stdout.write(JSON.stringify(trace));
  else compare(trace);
}

function compare(mine: readonly string[]): void {
  const program = fileURLToPath(import.meta.url);
  const text = execFileSync(
    other ?? process.execPath,
    ["--disable-warning=ExperimentalWarning", program, ...own, "--print"],
    {
      encoding: "utf8",
      maxBuffer: 2 ** 30,
    },
  );
  const theirs: readonly string[] = JSON.parse(text);
  const at = mine.findIndex((line, index) => line !== theirs[index]);
  if (at < 0 && mine.length === theirs.length) {
    console.log(`${mine.length} events, all equal`);
    console.log("1 passed, 0 failed, 0 skipped");
    return;
  }
  const first = at < 0 ? mine.length : at;
  for (const line of mine.slice(Math.max(0, first - CONTEXT), first)) console.log(`  ${line}`);
  console.log(`here:  ${mine[first] ?? "the end"}\nthere: ${theirs[first] ?? "the end"}`);
  console.log(`the first difference is event ${first} of ${mine.length} and ${theirs.length}`);
  console.log("0 passed, 1 failed, 0 skipped");
  process.exitCode = 1;
}
