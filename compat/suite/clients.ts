// Clients suite: applications over real client libraries, each on a stock Redis and on this server.
//
// Role: a flow passes when both servers made it see the same. Flows that need a command which is not there are
// told with what they need and count as skipped; they run by themselves once COMMAND has it.

import { isDeepStrictEqual } from "node:util";
import { applicationFlows } from "../clients/applications.ts";
import type { Flow, Place } from "../clients/flow.ts";
import { ioredisFlows } from "../clients/ioredis.ts";
import { libraryFlows } from "../clients/libraries.ts";
import { nodeRedisFlows } from "../clients/node-redis.ts";
import { RawConnection } from "../resp/raw-connection.ts";
import { encodeRequest } from "../resp/request.ts";
import { findStock, startServer, stockCommand, stopServer } from "../servers/pair.ts";
import { absentAt } from "./commands.ts";
import type { Counts } from "./counts.ts";
import type { Options } from "./options.ts";
import { withTarget } from "./target.ts";

const flowMsMax = 60_000;
const flows: readonly Flow[] = [...ioredisFlows, ...nodeRedisFlows, ...libraryFlows, ...applicationFlows];

export async function runClients(options: Options): Promise<Counts> {
  if (findStock() === undefined) {
    console.log("skipped: applications are compared on a stock Redis, and redis-server is not on the PATH");
    return { passed: 0, failed: 0, skipped: flows.length };
  }
  const stock = await startServer("stock", stockCommand(), options.portBase + 1);
  const stockPlace = { host: "127.0.0.1", port: stock.port };
  try {
    return await withTarget(options, async (place) => {
      const absent = await absentAt(place);
      const counts = { passed: 0, failed: 0, skipped: 0 };
      for (const flow of flows) counts[await runFlow(flow, stockPlace, place, absent)] += 1;
      if (options.isShadowed) counts[await shadowVerdict(place)] += 1;
      return counts;
    });
  } finally {
    await stopServer(stock);
  }
}

// What the shadow oracle says of all that the flows have asked.
async function shadowVerdict(place: Place): Promise<keyof Counts> {
  const connection = await RawConnection.open(place);
  connection.send(encodeRequest(["INFO", "oracle"]));
  const text = (await connection.take(1))[0]?.toString("latin1") ?? "";
  connection.close();
  const field = (name: string): string =>
    new RegExp(`^oracle_${name}:(.*)$`, "m").exec(text)?.[1]?.trim() ?? "";
  const names = ["operations", "compared", "differences", "failures", "enabled", "last_difference"];
  const isClean = field("differences") === "0" && field("failures") === "0" && field("enabled") === "1";
  const skipped = [...text.matchAll(/^oracle_skipped_(\w+):(\d+)/gm)].filter(([, , count]) => count !== "0");
  const told = [
    ...names.map((name) => `${name} ${field(name)}`),
    ...skipped.map(([, why, count]) => `${why} ${count}`),
  ];
  console.log(`${isClean ? "ok  " : "FAIL"} shadow oracle: ${told.join(", ")}`);
  return isClean ? "passed" : "failed";
}

async function runFlow(
  flow: Flow,
  stock: Place,
  target: Place,
  absent: ReadonlySet<string>,
): Promise<keyof Counts> {
  const lacking = flow.needs.filter((name) => absent.has(name) || absent.has(name.split("|")[0] ?? ""));
  if (lacking.length > 0) {
    console.log(
      `skip ${flow.name}: needs ${lacking.map((name) => name.replace("|", " ").toUpperCase()).join(", ")}`,
    );
    return "skipped";
  }
  const startedMs = performance.now();
  const expected = await attempt(flow, stock);
  const actual = await attempt(flow, target);
  const isSame = !("fault" in expected) && isDeepStrictEqual(expected, actual);
  console.log(`${isSame ? "ok  " : "FAIL"} ${flow.name}, ${Math.round(performance.now() - startedMs)} ms`);
  if (!isSame) console.log(`  stock  ${JSON.stringify(expected)}\n  target ${JSON.stringify(actual)}`);
  return isSame ? "passed" : "failed";
}

type Attempt = { readonly saw: unknown } | { readonly fault: string };

async function attempt(flow: Flow, place: Place): Promise<Attempt> {
  await flushAll(place);
  let timer: NodeJS.Timeout | undefined;
  try {
    const late = new Promise<never>((_, reject) => {
      const { msMax = flowMsMax } = flow;
      timer = setTimeout(() => reject(new Error(`no end after ${msMax} ms`)), msMax);
    });
    return { saw: await Promise.race([flow.run(place), late]) };
  } catch (error) {
    return { fault: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  } finally {
    clearTimeout(timer);
  }
}

async function flushAll(place: Place): Promise<void> {
  const connection = await RawConnection.open(place);
  connection.send(encodeRequest(["FLUSHALL"]));
  await connection.take(1);
  connection.close();
}
