import { expect, test } from "vitest";
import { Coverage, shapeOf } from "./coverage.ts";

test.each([
  ["+OK\r\n", "+"],
  [":1\r\n", ":"],
  ["$3\r\nabc\r\n", "$"],
  ["$-1\r\n", "null"],
  ["_\r\n", "null"],
  ["*-1\r\n", "null"],
  ["*0\r\n", "* empty"],
  ["*2\r\n:1\r\n:2\r\n", "*"],
  ["%0\r\n", "% empty"],
  ["-WRONGTYPE Operation\r\n", "WRONGTYPE"],
  ["", "silent"],
])("%j has the shape %s", (reply, shape) => {
  expect(shapeOf(reply)).toBe(shape);
});

test("replies are counted by command, subcommands apart, in any spelling", () => {
  const coverage = new Coverage();
  const ask = (request: number, words: string[], reply: string): void => {
    coverage.invoked({ atUs: 0, client: 1, request, node: 0, connection: 0, words });
    coverage.replied({ atUs: 0, client: 1, request, connection: 0, reply, protocol: 2 });
  };
  ask(0, ["GET", "a"], "$-1\r\n");
  ask(1, ["gEt", "a"], "$1\r\nx\r\n");
  ask(2, ["CLIENT", "id"], ":1\r\n");
  ask(3, ["client", "LIST"], "$0\r\n\r\n");
  ask(4, ["nonsense"], "-ERR\r\n");
  coverage.invoked({ atUs: 0, client: 1, request: 5, node: 0, connection: 0, words: ["GET", "b"] });
  coverage.lost({ atUs: 0, client: 1, connection: 0, requests: [5], how: "reset" });
  expect(coverage.asRecord()).toEqual({
    get: { null: 1, $: 1 },
    "client|id": { ":": 1 },
    "client|list": { $: 1 },
  });
});
