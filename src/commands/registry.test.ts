import { expect, test } from "vitest";
import { latin1Bytes } from "../lib/bytes.ts";
import { buildCommand, type Command, type CommandDeclaration } from "./define.ts";
import { CommandTable, declarations } from "./registry.ts";
import { arityOf, type Syntax } from "./syntax.ts";

type Declared = {
  readonly declaration: CommandDeclaration;
  readonly command: Command;
  readonly depth: number;
};

const all: readonly Declared[] = declarations.flatMap((declaration) => {
  const command = buildCommand(declaration);
  const below = (declaration.subcommands ?? []).map((each) => ({
    declaration: each,
    command: buildCommand(each, declaration.name),
    depth: 2,
  }));
  return [{ declaration, command, depth: 1 }, ...below];
});

function namesWhere(isFaulty: (declared: Declared) => boolean): string[] {
  return all.filter(isFaulty).map(({ command }) => command.fullName);
}

function hasKey(syntax: readonly Syntax[]): boolean {
  return syntax.some((each) => each.kind === "key" || ("of" in each && hasKey(each.of)));
}

/** A shard channel has a slot as a key has, and is none. */
function isOfChannels({ command }: Declared): boolean {
  return command.keySpecs.some(({ flags }) => flags.includes("not_key"));
}

function hasFlag({ declaration }: Declared, ...flags: readonly string[]): boolean {
  return declaration.flags.some((flag) => flags.includes(flag));
}

test("no two commands have one name, and none has another's as a subcommand twice", () => {
  const names = all.map(({ command }) => command.fullName);
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
});

test("names are lower case, as they are looked up", () => {
  expect(namesWhere(({ declaration }) => !/^[a-z][a-z_-]*$/.test(declaration.name))).toEqual([]);
});

test("within a family the names are sorted", () => {
  const groups = [...new Set(declarations.map(({ group }) => group))];
  expect(groups.length).toBeGreaterThan(4);
  const families = [
    declarations.filter(({ group }) => group === "string"),
    declarations.filter(({ group }) => group === "bitmap"),
    declarations.filter(({ group }) => group === "generic"),
  ];
  for (const family of families) {
    const names = family.map(({ name }) => name);
    expect(names).toEqual(names.toSorted());
  }
});

test("every summary is a sentence with its full stop", () => {
  expect(namesWhere(({ declaration }) => !/^[A-Z][^\n]*\.$/.test(declaration.summary))).toEqual([]);
});

test("every command says since when it is there", () => {
  expect(namesWhere(({ declaration }) => !/^\d+\.\d+\.\d+$/.test(declaration.since))).toEqual([]);
  const isVersion = (text: string): boolean => /^\d+\.\d+(\.\d+)?$/.test(text);
  expect(
    namesWhere(({ declaration }) => !(declaration.history ?? []).every(([since]) => isVersion(since))),
  ).toEqual([]);
  expect(
    namesWhere(
      ({ declaration }) => declaration.deprecated !== undefined && !isVersion(declaration.deprecated.since),
    ),
  ).toEqual([]);
});

test("every command says how its replies compare, and what it takes", () => {
  const classes = ["exact", "unordered", "random", "time", "shape"];
  expect(namesWhere(({ declaration }) => !classes.includes(declaration.class))).toEqual([]);
  expect(namesWhere(({ declaration }) => !Array.isArray(declaration.syntax))).toEqual([]);
});

test("a command that can be run has a handler, and one that cannot has subcommands", () => {
  expect(
    namesWhere(({ declaration }) => declaration.run === undefined && declaration.subcommands === undefined),
  ).toEqual([]);
  expect(namesWhere(({ declaration }) => declaration.subcommands?.length === 0)).toEqual([]);
});

test("no flag is given twice, and no command both writes and only reads", () => {
  expect(
    namesWhere(({ declaration }) => new Set(declaration.flags).size !== declaration.flags.length),
  ).toEqual([]);
  expect(namesWhere((each) => hasFlag(each, "write") && hasFlag(each, "readonly"))).toEqual([]);
});

test("a command with keys either writes or only reads, and one that needs memory writes", () => {
  const isContainer = ({ declaration }: Declared): boolean => declaration.run === undefined;
  // These look at where keys are or at a key's memory and say so by other flags, as in Redis.
  const exempt = /^(memory\|usage|debug|command\|getkeys|command\|getkeysandflags|watch)$/;
  expect(
    namesWhere(
      (each) =>
        !isContainer(each) &&
        !exempt.test(each.command.fullName) &&
        !isOfChannels(each) &&
        each.command.firstKey > 0 &&
        !hasFlag(each, "write", "readonly"),
    ),
  ).toEqual([]);
  expect(namesWhere((each) => hasFlag(each, "denyoom") && !hasFlag(each, "write"))).toEqual([]);
});

test("a command whose syntax holds a key says where its keys are", () => {
  expect(namesWhere(({ command }) => hasKey(command.syntax) && command.keySpecs.length === 0)).toEqual([]);
  const hasSpecs = (each: Declared): boolean => each.command.keySpecs.length > 0 && !isOfChannels(each);
  expect(namesWhere((each) => !hasKey(each.command.syntax) && hasSpecs(each))).toEqual([]);
});

test("the write flag agrees with what the keys are used for", () => {
  const isChanging = ({ command }: Declared): boolean =>
    command.keySpecs.some(({ flags }) => /\b(RW|OW|RM)\b/.test(flags));
  // PFCOUNT keeps its result in the key, and is no write for that, as in Redis; of a script its calls say what it writes.
  const exempt = ["pfcount", "eval", "evalsha", "fcall"];
  expect(namesWhere((each) => isChanging(each) && !hasFlag(each, "write"))).toEqual(exempt);
  expect(
    namesWhere((each) => hasFlag(each, "write") && each.command.firstKey > 0 && !isChanging(each)),
  ).toEqual([]);
  expect(
    namesWhere(({ command }) =>
      command.keySpecs.some(({ flags }) => !/^((RO|RW|OW|RM)( \w+)*|not_key)$/.test(flags)),
    ),
  ).toEqual([]);
});

test("keys lie within the fewest arguments that arity allows", () => {
  expect(
    namesWhere((each) => {
      const { firstKey, arity } = each.command;
      return firstKey >= Math.abs(arity) && firstKey > 0 && !isOfChannels(each);
    }),
  ).toEqual([]);
});

test("an arity given by hand agrees with the syntax as far as the syntax goes", () => {
  // Their syntax does not describe their words; the numbers are those of a stock Redis.
  const exempt = ["command|getkeys", "command|getkeysandflags", "debug"];
  const contradicts = ({ command, declaration, depth }: Declared): boolean => {
    const { arity, syntax } = declaration;
    if (arity === undefined || declaration.subcommands !== undefined) return false;
    if (exempt.includes(command.fullName)) return false;
    const { min } = arityOf(syntax);
    return arity > 0 ? min + depth !== arity : min + depth < -arity;
  };
  expect(namesWhere(contradicts)).toEqual([]);
});

test("every option word is written in capitals and every argument has a name", () => {
  const faults = (syntax: readonly Syntax[]): string[] =>
    syntax.flatMap((each) => [
      ...(each.name === "" ? ["no name"] : []),
      ...(each.token !== undefined && each.token !== each.token.toUpperCase() ? [each.token] : []),
      ...("of" in each ? (each.of.length === 0 ? [`${each.name} is empty`] : faults(each.of)) : []),
    ]);
  expect(
    all.flatMap(({ command }) => faults(command.syntax).map((fault) => `${command.fullName}: ${fault}`)),
  ).toEqual([]);
});

test("every command is found by its name in any mix of case, and by no other", () => {
  const table = new CommandTable();
  expect(table.byName.size).toBe(declarations.length);
  const find = (name: string): string | undefined => {
    const bytes = latin1Bytes(`..${name}..`);
    return table.find(bytes, 2, 2 + name.length)?.name;
  };
  for (const { name } of declarations) {
    const mixed = [...name].map((char, i) => (i % 2 === 0 ? char.toUpperCase() : char)).join("");
    expect([find(name), find(name.toUpperCase()), find(mixed)]).toEqual([name, name, name]);
    for (const other of [`${name}x`, `${name} `, name.slice(1), ` ${name}`, `${name}\0`]) {
      expect([other, find(other)]).toEqual([other, declarations.find((each) => each.name === other)?.name]);
    }
  }
  // Bytes that differ from letters in the one bit that tells their case.
  expect([find(""), find("G\x05T"), find("\x07ET"), find("x".repeat(1000))]).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test("tables of two servers count apart", () => {
  const [one, other] = [new CommandTable(), new CommandTable()];
  const found = one.byName.get("get");
  if (found !== undefined) found.stats.calls = 5;
  expect([one.byName.get("get")?.stats.calls, other.byName.get("get")?.stats.calls]).toEqual([5, 0]);
});
