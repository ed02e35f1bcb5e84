import { Redis } from "ioredis";
import { describe, expect, test } from "vitest";
import { type Comparison, comparedAs } from "../differential/by-design.ts";
import { difference } from "../differential/compare.ts";
import { targets } from "../generator/declared.ts";
import { RawConnection } from "../resp/raw-connection.ts";
import { parseWords, quoteBytes } from "../resp/request.ts";
import { converse, hasStock } from "./both.ts";
import { caseTables, documentedTables, exemptions } from "./cases/all.ts";
import type { Case } from "./cases/case.ts";
import { bothPlaces, type Place } from "./places.ts";

const places = bothPlaces(7574);
const compared = test.skipIf(!hasStock);
const cases = Object.entries(caseTables).flatMap(([family, table]) =>
  table.map((each) => ({ family, ...each })),
);

const everyCall = [
  ...cases.flatMap(({ calls }) => calls),
  ...Object.values(documentedTables).flatMap((table) =>
    table.flatMap(({ calls }) => calls.map(([line]) => line)),
  ),
];

describe.each([2, 3] as const)("RESP%d", (protocol) => {
  compared.each(cases)("$family: $name, through raw sockets", async ({ calls }) => {
    const stock = await throughSocket(places().stock, protocol, calls);
    const shadis = await throughSocket(places().shadis, protocol, calls);
    const unlike = calls.flatMap((call, index) => {
      const a = Buffer.from(stock[index] ?? "", "latin1");
      const b = Buffer.from(shadis[index] ?? "", "latin1");
      const wrong = difference(a, b, comparisonOf(parseWords(call)), /^p/i.test(call));
      return wrong === undefined ? [] : [[call, wrong, quoteBytes(a), quoteBytes(b)]];
    });
    expect(unlike).toEqual([]);
  });

  compared.each(cases)("$family: $name, through ioredis", async ({ calls }) => {
    const stock = await throughIoredis(places().stock, protocol, calls);
    const shadis = await throughIoredis(places().shadis, protocol, calls);
    expect(shadis).toEqual(stock);
  });
});

test("every declared command has a case, or an exemption with its reason", () => {
  const called = new Set(everyCall.map((call) => fullNameOf(parseWords(call))));
  const lacking = targets
    .map(({ fullName }) => fullName)
    .filter((name) => !called.has(name) && !(name in exemptions));
  expect(lacking).toEqual([]);
});

test("every exemption is of a declared command that no case calls", () => {
  const called = new Set(everyCall.map((call) => fullNameOf(parseWords(call))));
  const declared = new Set(targets.map(({ fullName }) => fullName));
  expect(Object.keys(exemptions).filter((name) => !declared.has(name) || called.has(name))).toEqual([]);
});

function fullNameOf(words: readonly string[]): string {
  const [first = "", second = ""] = words.map((word) => word.toLowerCase());
  const sub = `${first}|${second}`;
  return targets.some(({ fullName }) => fullName === sub) ? sub : first;
}

function comparisonOf(words: readonly string[]): Comparison {
  const name = fullNameOf(words);
  // The stock server describes more commands; `npm run compat -- --suite commands` compares those both have.
  if (name === "command") return "any";
  if (name === "role") return "shape"; // The offset of a server that runs already may be any.
  return comparedAs[name]?.as ?? targets.find(({ fullName }) => fullName === name)?.class ?? "exact";
}

async function throughSocket(place: Place, protocol: 2 | 3, calls: Case["calls"]): Promise<string[]> {
  const connection = await RawConnection.open(place);
  try {
    await converse(connection, ["HELLO", `${protocol}`], ["FLUSHALL"]);
    return await converse(connection, ...calls.map(parseWords));
  } finally {
    connection.close();
  }
}

// What ioredis makes of each reply, or of its error; of replies that are not to be compared exactly, the type.
async function throughIoredis(place: Place, protocol: 2 | 3, calls: Case["calls"]): Promise<unknown[]> {
  const redis = new Redis({
    ...place,
    protocol,
    lazyConnect: true,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
  });
  try {
    await redis.connect();
    await redis.flushall();
    const results: unknown[] = [];
    for (const call of calls) {
      const [name = "", ...words] = parseWords(call);
      const bytes = words.map((word) => Buffer.from(word, "latin1"));
      const result: unknown = await redis.callBuffer(name, ...bytes).catch((error: unknown) => String(error));
      results.push([call, seen(result, comparisonOf([name, ...words]))]);
    }
    return results;
  } finally {
    redis.disconnect();
  }
}

function seen(result: unknown, comparison: Comparison): unknown {
  if (typeof result === "string") return result; // An error: its text.
  if (comparison === "exact") return result;
  if (comparison === "unordered" && Array.isArray(result)) return result.map(String).sort();
  if (Buffer.isBuffer(result)) return "text";
  return Array.isArray(result) ? "list" : typeof result;
}
