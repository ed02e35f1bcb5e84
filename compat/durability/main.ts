// npm run durability: a server is killed under load, started again, and must hold every write it acknowledged.
//
// Role: a program. `--carry` and `--damaged N` run the two other comparisons of data on disk instead; with `--only "log of
// Shadis"` one direction and form is carried.
// Invariant: the last line counts `N passed, N failed, N skipped`, and the exit code is 0 only when nothing failed.

import { parseArgs } from "node:util";
import { candidateCommand, findStock, stockCommand } from "../servers/pair.ts";
import { wholeNumber } from "../whole-number.ts";
import { carryAll } from "./carry.ts";
import { damagedAll } from "./damaged.ts";
import { freePort } from "./life.ts";
import { type Policy, policies, runSeries } from "./rounds.ts";

process.exitCode = await main();

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      rounds: { type: "string", default: "200" },
      policies: { type: "string", default: policies.join(",") },
      seed: { type: "string" },
      "port-base": { type: "string" },
      "candidate-stock": { type: "boolean", default: false },
      carry: { type: "boolean", default: false },
      keys: { type: "string", default: "1000000" },
      only: { type: "string" },
      damaged: { type: "string" },
    },
  });
  const base = values["port-base"];
  const first = base === undefined ? undefined : wholeNumber("port-base", base, 1);
  const [port, other] = first === undefined ? [await freePort(), await freePort()] : [first, first + 1];
  if (values.carry) return carried(wholeNumber("keys", values.keys, 1), [port, other], values.only);
  const isStock = values["candidate-stock"];
  if (isStock && findStock() === undefined) {
    console.log("skipped: redis-server is not on the PATH\n0 passed, 0 failed, 1 skipped");
    return 0;
  }
  const seed =
    values.seed === undefined ? Math.floor(Math.random() * 2 ** 32) : wholeNumber("seed", values.seed);
  if (values.damaged !== undefined) {
    const count = wholeNumber("damaged", values.damaged, 1);
    console.log(`seed ${seed}: ${count} damaged values and files`);
    const { passed, failed } = await damagedAll({ count, seed, port });
    if (failed > 0) console.log(`repeat: npm run durability -- --damaged ${count} --seed ${seed}`);
    console.log(`${passed} passed, ${failed} failed, 0 skipped`);
    return failed === 0 ? 0 : 1;
  }
  const chosen = values.policies.split(",");
  const unknown = chosen.filter((name) => !policies.some((policy) => policy === name));
  if (unknown.length > 0)
    throw new Error(`no such policy: ${unknown.join(", ")}; there are ${policies.join(", ")}`);
  const rounds = wholeNumber("rounds", values.rounds, 1);
  const repeat = `npm run durability -- --seed ${seed} --rounds ${rounds} --policies ${chosen.join(",")}`;
  console.log(`seed ${seed}: ${rounds} rounds`);
  let [passed, failed] = [0, 0];
  for (const [i, name] of chosen.entries()) {
    const share = Math.floor(rounds / chosen.length) + (i < rounds % chosen.length ? 1 : 0);
    const startedMs = performance.now();
    const counts = await runSeries({
      policy: name as Policy,
      rounds: share,
      seed: seed + policies.indexOf(name as Policy),
      port,
      command: isStock ? stockCommand() : candidateCommand(),
      hasShards: !isStock,
      report: (line) => console.log(line),
    });
    passed += counts.rounds - Math.min(counts.failed, counts.rounds);
    failed += counts.failed;
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
    console.log(
      `${name}: ${counts.rounds} rounds in ${seconds} s, ${counts.acked} steps acknowledged, ${counts.unacked} sent and not answered, ${counts.kept} found`,
    );
    // A series in which nothing was written has shown nothing.
    if (counts.failed === 0 && share > 0 && counts.acked === 0) {
      console.log(`FAIL ${name}: nothing was acknowledged`);
      failed++;
    }
  }
  if (failed > 0) console.log(`repeat: ${repeat}`);
  console.log(`${passed} passed, ${failed} failed, 0 skipped`);
  return failed === 0 ? 0 : 1;
}

async function carried(
  keys: number,
  ports: readonly [number, number],
  only: string | undefined,
): Promise<number> {
  if (findStock() === undefined) {
    const isRequired = process.env["REQUIRE_STOCK_REDIS"] === "1";
    console.log(
      `skipped: redis-server is not on the PATH\n0 passed, ${isRequired ? "1 failed, 0" : "0 failed, 1"} skipped`,
    );
    return isRequired ? 1 : 0;
  }
  const { passed, failed } = await carryAll({ keys, ports, only });
  console.log(`${passed} passed, ${failed} failed, 0 skipped`);
  return failed === 0 ? 0 : 1;
}
