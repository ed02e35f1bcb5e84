// Command space: all commands and subcommands that rules can speak of, each with a number and its categories.
//
// Role: made once for each server, from the table of the commands that it serves and the names in unserved.ts. Numbers
// index the bits of a selector, and mean nothing outside of the process.
// Invariant: a container stands before its subcommands, in `all` as in every category.

import type { Command } from "../commands/define.ts";
import { aclCategories, bitOf, categoryBits } from "../commands/server/command-categories.ts";
import { unservedCommands } from "./unserved.ts";

/** One command or subcommand. */
export type NamedCommand = {
  readonly id: number;
  readonly fullName: string;
  /** Bit i: it is of category i. */
  readonly categories: number;
  readonly isSubcommand: boolean;
  readonly isServed: boolean;
  readonly subcommands: NamedCommand[];
};

export class CommandSpace {
  readonly all: readonly NamedCommand[];
  /** For each category, in the order of their names. */
  readonly byCategory: readonly (readonly NamedCommand[])[];
  private readonly byName: ReadonlyMap<string, NamedCommand>;
  private readonly ids = new Map<Command, number>();

  constructor(commands: Iterable<Command>) {
    const all: NamedCommand[] = [];
    const byName = new Map<string, NamedCommand>();
    const add = (fullName: string, categories: number, command?: Command): void => {
      if (byName.has(fullName)) return;
      const container = byName.get(fullName.split("|")[0] ?? "");
      const isServed = command !== undefined;
      const isSubcommand = fullName.includes("|");
      const id = all.length;
      const made = { id, fullName, categories, isSubcommand, isServed, subcommands: [] };
      all.push(made);
      byName.set(fullName, made);
      if (isSubcommand) container?.subcommands.push(made);
      if (command !== undefined) this.ids.set(command, id);
    };
    for (const command of commands) {
      add(command.fullName, categoryBits(command), command);
      for (const each of command.byName.values()) add(each.fullName, categoryBits(each), each);
    }
    for (const [categories, names] of unservedCommands) {
      const bits = categories.split(" ").reduce((sum, each) => sum | bitOf(each), 0);
      for (const name of names.split(" ")) add(name, bits);
    }
    this.all = all;
    this.byName = byName;
    this.byCategory = aclCategories.map((_, i) => all.filter((each) => (each.categories & (1 << i)) !== 0));
  }

  /** "get" or "config|get", in any mix of case; of a command without subcommands nothing may follow the name. */
  find(name: string): NamedCommand | undefined {
    return this.byName.get(name.toLowerCase());
  }

  /** The number of a command that is served. */
  idOf(command: Command): number {
    return this.ids.get(command) ?? -1;
  }
}

/** The number of a category, in any mix of case; -1 when there is none of the name. */
export function categoryOf(name: string): number {
  const lower = name.toLowerCase();
  return aclCategories.indexOf(lower as (typeof aclCategories)[number]);
}
