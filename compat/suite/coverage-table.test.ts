import { expect, test } from "vitest";
import { readStockCommands } from "./command-list.ts";
import { coverageTable } from "./coverage-table.ts";

test("the table counts what is there and names what is not, subcommands of commands that are there too", () => {
  const stock = [
    { name: "get", group: "string" },
    { name: "set", group: "string" },
    { name: "client", group: "connection", subcommands: ["id", "list"] },
    { name: "sadd", group: "set" },
  ];
  expect(coverageTable(stock, new Set(["get", "client", "client|id", "of-our-own"]))).toMatchInlineSnapshot(`
    "2 of 4 commands; with subcommands 3 of 6.

    | group | there | not there |
    | --- | ---: | --- |
    | Strings | 1 of 2 | \`SET\` |
    | Sets | 0 of 1 | \`SADD\` |
    | Connection | 1 of 1 | \`CLIENT LIST\` |"
  `);
});

test("the committed list has the 240 commands of Redis 7.0, each in a group that the table shows", () => {
  const { version, commands } = readStockCommands();
  expect(version).toMatch(/^7\.0\./);
  expect(commands).toHaveLength(240);
  expect(coverageTable(commands, new Set(commands.map(({ name }) => name)))).toContain("240 of 240 commands");
});
