// Determinism: the same seeds in several processes, under several versions of Node.js, with equal traces.
//
// `npm run sim:determinism -- --seeds 100 --node PATH --node PATH`. Each program runs all seeds in a process of its own,
// this one's in three. The last line is `N passed, N failed, N skipped`.

import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import type { Settings } from "./job.ts";
import { readSeed, seedOf } from "./seeds.ts";
import { Workforce } from "./workforce.ts";

const OWN_PROCESSES = 3;

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "100" },
    base: { type: "string" },
    commands: { type: "string", default: "500" },
    profile: { type: "string", default: "chaos" },
    node: { type: "string", multiple: true, default: [] },
  },
});
const base = readSeed(values.base ?? `0x${randomBytes(8).toString("hex")}`) ?? "0x0";
const profile = values.profile === "calm" || values.profile === "moderate" ? values.profile : "chaos";
const settings: Settings = {
  scenario: undefined,
  profile,
  shards: undefined,
  commands: Number(values.commands),
  checks: "cheap",
};
const seeds = Array.from({ length: Number(values.seeds) }, (_, index) => seedOf(base, index));
const programs = [...Array.from({ length: OWN_PROCESSES }, () => process.execPath), ...values.node];
console.log(`${seeds.length} seeds in ${programs.length} processes, base ${base}`);

const hashes = await Promise.all(programs.map(hashesOf));
let failed = 0;
seeds.forEach((seed, index) => {
  const found = new Set(hashes.map((all) => all[index]));
  if (found.size === 1 && !found.has("")) return;
  failed++;
  console.log(`FAIL ${seed}: traces ${[...found].join(", ")}`);
  console.log(`  npm run sim:diff -- --seed ${seed} --profile ${profile} --commands ${values.commands}`);
});
console.log(`base ${base}`);
console.log(`${seeds.length - failed} passed, ${failed} failed, 0 skipped`);
process.exitCode = failed === 0 ? 0 : 1;

async function hashesOf(node: string, place: number): Promise<string[]> {
  const workforce = new Workforce({ jobs: 1, node });
  const found: string[] = [];
  try {
    // Each process begins elsewhere, so that what an earlier run left behind would show.
    for (let i = 0; i < seeds.length; i++) {
      const index = (i + place * 7) % seeds.length;
      const subject = { kind: "seed", seed: seeds[index] as string, settings } as const;
      const outcome = await workforce.perform({ kind: "run", subject, isTwice: false });
      found[index] = outcome.kind === "run" ? outcome.result.traceHash : "";
    }
  } finally {
    workforce.close();
  }
  return found;
}
