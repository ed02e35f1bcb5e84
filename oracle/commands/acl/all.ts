// ACL: users and their rules. In which words a server tells rules about commands is its own affair: they are read, and
// must allow what the rules that were given allow.

import { type Call, container, type OracleCommand } from "../../command.ts";
import { arityError, errors, formatted, word } from "../../errors.ts";
import type { Model } from "../../model.ts";
import { int64 } from "../../numbers.ts";
import {
  type Answer,
  array,
  bulk,
  chosen,
  error,
  integer,
  map,
  nil,
  ok,
  type Reply,
  unordered,
} from "../../reply.ts";
import {
  changed,
  denialOf,
  isInCategory,
  isSameCommands,
  type KeyRule,
  newUser,
  type Selector,
  type User,
} from "../../users.ts";
import { wrongUse } from "../connection/client-others.ts";
import { helpText } from "../server/help.ts";
import { categories } from "./categories.ts";

/** All commands that the oracle knows, by full name. */
export type Lookup = () => ReadonlyMap<string, OracleCommand>;

const notAnInteger = error(errors.notAnInteger);

export function aclCommands(all: Lookup): readonly OracleCommand[] {
  return [
    container("acl"),
    { name: "acl|cat", arity: -2, class: "unordered", run: (call) => cat(call, all()) },
    { name: "acl|deluser", arity: -3, class: "exact", run: deluser },
    { name: "acl|dryrun", arity: -4, class: "exact", run: (call) => dryrun(call, all()) },
    { name: "acl|genpass", arity: -2, class: "shape", run: genpass },
    { name: "acl|getuser", arity: 3, class: "shape", run: getuser },
    { name: "acl|help", arity: 2, class: "shape", run: helpText },
    { name: "acl|list", arity: 2, class: "shape", run: list },
    { name: "acl|load", arity: 2, class: "exact", run: fileReply },
    { name: "acl|log", arity: -2, class: "time", run: log },
    { name: "acl|save", arity: 2, class: "exact", run: fileReply },
    { name: "acl|setuser", arity: -3, class: "exact", run: setuser },
    { name: "acl|users", arity: 2, class: "exact", run: ({ model }) => array(namesOf(model).map(bulk)) },
    { name: "acl|whoami", arity: 2, class: "exact", run: ({ session }) => bulk(session.user) },
  ];
}

// Names without regard to language, by their bytes.
function namesOf(model: Model): readonly string[] {
  return [...model.users.keys()].sort((a, b) => (a < b ? -1 : 1));
}

function givesAllChannels(model: Model): boolean {
  return model.directive("acl-pubsub-default") === "allchannels";
}

// What a file holds, whoever has the disk tells (`takeUsers`).
function fileReply({ model }: Call): Reply {
  if (model.directive("aclfile") === "") return error(errors.noAclFile);
  return chosen("OK, or why not", ({ kind }) => kind === "error" || kind === "simple");
}

function setuser({ model, words }: Call): Reply {
  const name = words[2] as string;
  if (/[\0\t-\r ]/.test(name)) return error(errors.userNameSpaces);
  const given = givesAllChannels(model);
  const result = changed(model.users.get(name) ?? newUser(given), words.slice(3), given);
  if (typeof result === "string") return error(formatted(result));
  model.users.set(name, result);
  return ok;
}

function deluser({ model, words }: Call): Reply {
  const names = words.slice(2);
  if (names.some((each) => word(each) === "default")) return error(errors.defaultUserStays);
  let count = 0;
  for (const name of names) {
    if (model.users.delete(name)) count++;
    for (const session of model.sessions.values()) {
      if (session.user !== name) continue;
      session.user = "default"; // Until it hears that it is cut off.
      session.isAuthenticated = false;
    }
  }
  return integer(count);
}

function cat(call: Call, all: ReadonlyMap<string, OracleCommand>): Reply {
  const { words } = call;
  if (words.length > 3) return wrongUse(call, "ACL");
  const asked = words[2];
  if (asked === undefined) return unordered(categories.map(bulk));
  const category = word(asked).toLowerCase();
  if (!categories.includes(category)) {
    return error(formatted(`ERR Unknown category '${word(asked, 128)}'`));
  }
  // A server may have commands that the oracle does not know.
  const known = [...all.keys()].filter((name) => isInCategory(name, category));
  return chosen(`the commands of ${category}`, (answer) => {
    if (answer.kind !== "array") return false;
    const told = new Set(answer.items.map((each) => (each.kind === "bulk" ? each.text : "")));
    const isForeign = (name: string): boolean => all.has(name) && !isInCategory(name, category);
    return known.every((name) => told.has(name)) && ![...told].some(isForeign);
  });
}

function dryrun({ model, words }: Call, all: ReadonlyMap<string, OracleCommand>): Reply {
  const user = model.users.get(words[2] as string);
  if (user === undefined) return error(formatted(`ERR User '${word(words[2] as string)}' not found`));
  const inner = words.slice(3);
  const outer = all.get((inner[0] as string).toLowerCase());
  const hasInner = outer?.isContainer === true && inner.length > 1;
  const command = hasInner ? all.get(`${outer.name}|${(inner[1] as string).toLowerCase()}`) : outer;
  if (command === undefined) return error(formatted(`ERR Command '${word(inner[0] as string)}' not found`));
  const { arity, name } = command;
  if (arity > 0 ? inner.length !== arity : inner.length < -arity) return error(arityError(name));
  const denial = denialOf(user, name, inner);
  if (denial === undefined) return ok;
  return denial.kind === "command"
    ? bulk(`This user has no permissions to run the '${name}' command`)
    : bulk(`This user has no permissions to access the '${word(denial.name)}' ${denial.kind}`);
}

function genpass(call: Call): Reply {
  const { words } = call;
  if (words.length > 3) return wrongUse(call, "ACL");
  const bits = words.length === 3 ? int64(words[2] as string) : 256n;
  if (bits === undefined) return notAnInteger;
  if (bits < 1n || bits > 4096n) return error(errors.passwordBits(4096));
  const length = Math.ceil(Number(bits) / 4);
  return chosen(`${length} hexadecimal digits`, (answer) => {
    return answer.kind === "bulk" && answer.text.length === length && /^[0-9a-f]*$/.test(answer.text);
  });
}

function getuser({ model, words }: Call): Reply {
  const user = model.users.get(words[2] as string);
  if (user === undefined) return nil;
  const flags = flagsOf(user).map(bulk);
  const [root, ...others] = user.selectors;
  return map([
    [bulk("flags"), { kind: "set", items: flags }],
    [bulk("passwords"), array(user.passwords.map(bulk))],
    ...fieldsOf(root as Selector),
    [bulk("selectors"), array(others.map((each) => map(fieldsOf(each))))],
  ]);
}

function fieldsOf(selector: Selector): [Reply, Reply][] {
  return [
    [
      bulk("commands"),
      chosen(`rules like ${selector.commands.join(" ")}`, (answer) => {
        return answer.kind === "bulk" && isSameCommands(answer.text.split(" "), selector.commands);
      }),
    ],
    [bulk("keys"), bulk(keysText(selector))],
    [bulk("channels"), bulk(channelsText(selector))],
  ];
}

function flagsOf({ isOn, isNopass, sanitizing }: User): string[] {
  return [isOn ? "on" : "off", isNopass ? "nopass" : "", sanitizing].filter((each) => each !== "");
}

function keysText({ keys }: Selector): string {
  const mark = ({ reads, writes }: KeyRule): string => (reads && writes ? "~" : reads ? "%R~" : "%W~");
  return keys === undefined ? "~*" : keys.map((each) => `${mark(each)}${each.pattern}`).join(" ");
}

function channelsText({ channels }: Selector): string {
  return channels === undefined ? "&*" : channels.map((each) => `&${each}`).join(" ");
}

// Each line must make the same user again.
function list({ model }: Call): Reply {
  const lines = namesOf(model).map((name) => {
    const user = model.users.get(name) as User;
    return chosen(`the rules of ${name}`, (answer) => {
      const start = `user ${name} `;
      if (answer.kind !== "bulk" || !answer.text.startsWith(start)) return false;
      return readings(answer.text.slice(start.length).split(" ")).some((rules) => {
        const told = changed(newUser(false), rules, false);
        return typeof told !== "string" && isSameUser(told, user);
      });
    });
  });
  return array(lines);
}

// "~*" is said of all keys, and of a pattern "*" to which reading and writing were given one after the other.
function readings(rules: readonly string[]): string[][] {
  let all: string[][] = [[]];
  for (const rule of rules) {
    const other = rule.replace(/^(\(?)~\*(\)?)$/, "$1%RW~*$2");
    const either = other === rule ? [rule] : [rule, other];
    all = either.flatMap((word) => all.map((before) => [...before, word]));
  }
  return all;
}

function isSameUser(a: User, b: User): boolean {
  const rest = ({ passwords, selectors, ...user }: User): string =>
    JSON.stringify([flagsOf({ passwords, selectors, ...user }), passwords]);
  return (
    rest(a) === rest(b) &&
    a.selectors.length === b.selectors.length &&
    a.selectors.every((selector, i) => isSameSelector(selector, b.selectors[i] as Selector))
  );
}

function isSameSelector(a: Selector, b: Selector): boolean {
  const isSame = keysText(a) === keysText(b) && channelsText(a) === channelsText(b);
  return isSame && isSameCommands(a.commands, b.commands);
}

function log(call: Call): Reply {
  const { model, words } = call;
  if (words.length > 3) return wrongUse(call, "ACL");
  if (words[2]?.toLowerCase() === "reset") return ok;
  const count = words.length === 3 ? int64(words[2] as string) : 10n;
  if (count === undefined) return notAnInteger;
  const max = BigInt(model.directive("acllog-max-len") || "128");
  return chosen(`at most ${count} entries`, (answer) => {
    if (answer.kind !== "array" || !answer.items.every(isLogEntry)) return false;
    const length = BigInt(answer.items.length);
    // A bound that was lowered is applied with the next entry.
    return length <= (count < 0n ? 0n : count) && (length <= max || max < 128n);
  });
}

const logFields = ["count", "reason", "context", "object", "username", "age-seconds", "client-info"];

function isLogEntry(answer: Answer): boolean {
  if (answer.kind !== "array" && answer.kind !== "map") return false;
  const names = answer.items.filter((_, i) => i % 2 === 0);
  return names.every((each, i) => each.kind === "bulk" && each.text === logFields[i]) && names.length === 7;
}
