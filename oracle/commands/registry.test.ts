import { expect, test } from "vitest";
import { buildCommand, type Command } from "../../src/commands/define.ts";
import { declarations } from "../../src/commands/registry.ts";
import { exempt } from "../exempt.ts";
import { families, keyspaceCommands, oracleCommands } from "./registry.ts";

const declared: readonly Command[] = declarations
  .map((declaration) => buildCommand(declaration))
  .flatMap((command) => [command, ...command.byName.values()]);

test("every declared command has an entry, or is exempt with a reason", () => {
  const missing = declared
    .map((command) => command.fullName)
    .filter((name) => !oracleCommands.has(name) && (exempt[name] ?? "") === "");
  expect(missing).toEqual([]);
});

test("an exemption is of a declared command without an entry", () => {
  const names = new Set(declared.map((command) => command.fullName));
  const wrong = Object.keys(exempt).filter((name) => !names.has(name) || oracleCommands.has(name));
  expect(wrong).toEqual([]);
});

test("every entry is of a declared command, or of a family that is not declared yet", () => {
  const names = new Set(declared.map((command) => command.fullName));
  const tooMany = families.flatMap((commands) => {
    const rest = commands.filter(({ name }) => !names.has(name));
    return rest.length === commands.length ? [] : rest.map(({ name }) => name);
  });
  expect(tooMany).toEqual([]);
});

test("arity, reply class and subcommands are those of the declaration", () => {
  const wrong = declared.flatMap((command) => {
    const entry = oracleCommands.get(command.fullName);
    if (entry === undefined) return [];
    const found = `${entry.arity} ${entry.class} ${entry.isContainer === true}`;
    const expected = `${command.arity} ${command.class} ${command.byName.size > 0}`;
    return found === expected ? [] : [`${command.fullName}: ${found}, declared ${expected}`];
  });
  expect(wrong).toEqual([]);
});

test("commands of the keyspace are those that are flagged as reading or writing", () => {
  const flagged = declared
    .filter(({ byName }) => byName.size === 0)
    .filter(({ isWrite, flags }) => isWrite || flags.includes("readonly"))
    .map(({ fullName }) => fullName);
  const names = new Set(declared.map((command) => command.fullName));
  expect([...keyspaceCommands].filter((name) => names.has(name)).sort()).toEqual(flagged.sort());
});
