import { expect, test } from "vitest";
import { buildCommand } from "../../src/commands/define.ts";
import { declarations } from "../../src/commands/registry.ts";
import { bulk, History } from "./histories.ts";
import { replyShape, shapedCommands } from "./reply-shape.ts";

const kinds = (history: History) => history.violations(replyShape).map(({ kind }) => kind);

test("replies of the types that commands have pass, in both protocols", () => {
  const history = new History();
  history.call(1, "GET k", "$-1");
  history.call(1, "get k", bulk("v"));
  history.call(1, "SET k v GET", "$-1");
  history.call(1, "GET k x", "-ERR wrong number of arguments for 'get' command");
  history.call(1, "CONFIG GET maxmemory", "*2\r\n$9\r\nmaxmemory\r\n$1\r\n0\r\n");
  history.useProtocol(2, 3);
  history.call(2, "CONFIG GET maxmemory", "%1\r\n$9\r\nmaxmemory\r\n$1\r\n0\r\n");
  history.call(2, "GET k", "_");
  expect(history.violations(replyShape)).toEqual([]);
});

test.each([
  ["GET k", ":1", 2, "type of get"],
  ["INCR k", bulk("1"), 2, "type of incr"],
  ["MGET k", "*-1", 2, "type of mget"],
  ["SETNX k v", "#t", 3, "type of setnx"],
  ["CONFIG GET a", "*0", 3, "type of config|get"],
  ["NOPE", "+OK", 2, "type of an unknown command"],
] as const)("%s answered %j in RESP%i is found", (words, reply, protocol, kind) => {
  const history = new History().useProtocol(1, protocol);
  history.execute(history.invoke(1, words), reply);
  expect(kinds(history)).toEqual([kind]);
});

test("every row names a command that exists", () => {
  const names = new Set<string>();
  for (const declaration of declarations) {
    const command = buildCommand(declaration);
    names.add(command.fullName);
    for (const subcommand of command.byName.values()) names.add(subcommand.fullName);
  }
  expect(shapedCommands.filter((name) => !names.has(name))).toEqual([]);
});

test("EXEC may answer without its head once it has run CLIENT REPLY, and only then", () => {
  const history = new History();
  history.execute(history.invoke(1, "CLIENT REPLY ON"), "+OK", { transaction: "inner" });
  history.execute(history.invoke(1, "EXEC"), "+OK");
  expect(kinds(history)).toEqual([]);
  history.execute(history.invoke(1, "EXEC"), "+OK");
  expect(kinds(history)).toEqual(["type of exec"]);
});
