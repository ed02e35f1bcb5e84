// Declared: every command and subcommand that the server declares, flattened to what a generator needs.
//
// Role: the one place of compat that reads the declarations. What is generated, compared and counted follows
// from this list, so that a new command cannot be forgotten.

import type { CommandDeclaration, ReplyClass } from "../../src/commands/define.ts";
import { declarations } from "../../src/commands/registry.ts";
import type { Syntax } from "../../src/commands/syntax.ts";
import { isOfLaterVersion } from "../../src/commands/table.ts";

export type DeclaredClass = ReplyClass;

export type Target = {
  /** "client|list" for a subcommand. */
  readonly fullName: string;
  /** The words a call begins with. */
  readonly words: readonly string[];
  readonly group: string;
  /** The type of value the command works on, as TYPE names it; undefined for commands that take any. */
  readonly keyType: string | undefined;
  readonly class: DeclaredClass;
  readonly syntax: readonly Syntax[];
  readonly isWrite: boolean;
  /** Of a version later than 7.0, which the stock server is. */
  readonly isNewerThanStock: boolean;
  /** It may wait for keys. */
  readonly isBlocking: boolean;
};

// The group of a command says what it works on.
const keyTypes: Readonly<Record<string, string>> = {
  string: "string",
  bitmap: "string",
  hyperloglog: "string",
  list: "list",
  hash: "hash",
  set: "set",
  "sorted-set": "zset",
  geo: "zset",
  stream: "stream",
};

export const targets: readonly Target[] = declarations.flatMap(flatten);

function flatten(declaration: CommandDeclaration): Target[] {
  const own = declaration.run === undefined ? [] : [target(declaration)];
  const below = (declaration.subcommands ?? []).map((each) => target(each, declaration.name));
  return [...own, ...below];
}

function target(declaration: CommandDeclaration, container?: string): Target {
  const { name, group, syntax, flags } = declaration;
  return {
    fullName: container === undefined ? name : `${container}|${name}`,
    words: container === undefined ? [name] : [container, name],
    group,
    keyType: keyTypes[group],
    class: declaration.class,
    syntax,
    isWrite: flags.includes("write"),
    isNewerThanStock: isOfLaterVersion(declaration),
    isBlocking: flags.includes("blocking"),
  };
}
