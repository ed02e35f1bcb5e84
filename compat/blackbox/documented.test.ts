// Cases of commands that the stock server lacks: what they answer stands beside each call, from the documentation.

import { expect, test } from "vitest";
import { targets } from "../generator/declared.ts";
import { RawConnection } from "../resp/raw-connection.ts";
import { parseWords } from "../resp/request.ts";
import { converse, hasStock } from "./both.ts";
import { documentedTables } from "./cases/all.ts";
import type { DocumentedCase } from "./cases/case.ts";
import { bothPlaces } from "./places.ts";

const places = bothPlaces(7578);
const served = new Set(targets.map(({ fullName }) => fullName));
const cases = Object.entries(documentedTables).flatMap(([family, table]) =>
  table.filter(isServed).flatMap((each) => [
    { family, protocol: "2", ...each },
    { family, protocol: "3", ...each },
  ]),
);

test.skipIf(!hasStock).each(cases)("RESP$protocol, $family: $name ($page)", async ({ calls, protocol }) => {
  const connection = await RawConnection.open(places().shadis);
  try {
    await converse(connection, ["HELLO", protocol], ["FLUSHALL"]);
    const replies = await converse(connection, ...calls.map(([line]) => parseWords(line)));
    expect(replies.map((reply, i) => [calls[i]?.[0], asResp2(reply)])).toEqual(calls);
  } finally {
    connection.close();
  }
});

test("every case names its page and calls something", () => {
  for (const { page, calls } of Object.values(documentedTables).flat()) {
    expect(page).toMatch(/^[a-z]+$/);
    expect(calls.length).toBeGreaterThan(0);
  }
});

// A family that is not served yet has no cases to run.
function isServed({ calls }: DocumentedCase): boolean {
  return calls.every(([line]) => served.has((parseWords(line)[0] ?? "").toLowerCase()));
}

// The reply on one line, with RESP3's nulls and maps as RESP2 writes them.
function asResp2(reply: string): string {
  const line = reply.replaceAll("\r\n", " ").trim();
  return line
    .replace(/(^| )_(?= |$)/g, "$1$-1")
    .replace(/^%(\d+)/, (_, pairs: string) => `*${Number(pairs) * 2}`);
}
