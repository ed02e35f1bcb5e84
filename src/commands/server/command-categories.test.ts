import { expect, test } from "vitest";
import { buildCommand, type CommandDeclaration, defineCommand } from "../define.ts";
import { categoriesOf, orderedFlags } from "./command-categories.ts";

const plain: CommandDeclaration = {
  name: "plain",
  summary: "Does nothing.",
  since: "1.0.0",
  group: "string",
  complexity: "O(1)",
  flags: [],
  syntax: [],
  class: "exact",
  run: ({ reply }) => reply.ok(),
};

function categories(changes: Partial<CommandDeclaration>): readonly string[] {
  return categoriesOf(buildCommand(defineCommand({ ...plain, ...changes })));
}

test("categories follow from flags and group, in Redis's order", () => {
  expect(categories({})).toEqual(["string", "slow"]);
  expect(categories({ flags: ["fast", "write"], group: "generic" })).toEqual(["keyspace", "write", "fast"]);
  expect(categories({ flags: ["admin", "blocking"], group: "server" })).toEqual([
    "admin",
    "slow",
    "blocking",
    "dangerous",
  ]);
});

test("a declaration adds categories and takes them away", () => {
  expect(categories({ group: "generic", acl: ["-keyspace", "set", "dangerous"] })).toEqual([
    "set",
    "slow",
    "dangerous",
  ]);
});

test("a container that runs nothing has no category of its group", () => {
  const { run: _, ...container } = plain;
  const command = buildCommand({ ...container, subcommands: [plain] });
  expect(categoriesOf(command)).toEqual(["slow"]);
});

test("a read-only script is not in @read", () => {
  expect(categories({ flags: ["readonly"], group: "scripting" })).toEqual(["slow", "scripting"]);
});

test("flags are listed in Redis's order, whatever the declaration's", () => {
  const command = buildCommand({ ...plain, flags: ["fast", "stale", "loading", "write"] });
  expect(orderedFlags(command)).toEqual(["write", "loading", "stale", "fast"]);
});
