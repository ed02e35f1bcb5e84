// Users and their rules, naively: a selector is the list of its rules about commands, of which the last that speaks of a
// command decides.
//
// Invariant: texts of rules are kept as they were given; what a server tells of them may be in other words, and is
// compared by what it allows (`isSameCommands`).

import { categories, categoryNames, laterCategories } from "./commands/acl/categories.ts";
import { type FoundKey, hasKeys, keysOf } from "./commands/server/key-positions.ts";
import { fits } from "./glob.ts";
import type { Model, Session } from "./model.ts";
import { sha256Hex } from "./sha256.ts";

export type KeyRule = { readonly pattern: string; readonly reads: boolean; readonly writes: boolean };

export type Selector = {
  /** Undefined: all. */
  readonly keys: readonly KeyRule[] | undefined;
  readonly channels: readonly string[] | undefined;
  /** "+@all", "-@read", "+get", "-config|set", "+select|0". */
  readonly commands: readonly string[];
};

export type User = {
  readonly isOn: boolean;
  readonly isNopass: boolean;
  readonly sanitizing: "" | "sanitize-payload" | "skip-sanitize-payload";
  readonly passwords: readonly string[];
  /** The root first. */
  readonly selectors: readonly Selector[];
};

export type Denial = { readonly kind: "command" | "key" | "channel"; readonly name: string };

const faults = {
  unknown: "Unknown command or category name in ACL",
  syntax: "Syntax error",
  keys:
    "Adding a pattern after the * pattern (or the 'allkeys' flag) is not valid and does not have any effect. " +
    "Try 'resetkeys' to start with an empty list of patterns",
  channels:
    "Adding a pattern after the * pattern (or the 'allchannels' flag) is not valid and does not have any effect. " +
    "Try 'resetchannels' to start with an empty list of channels",
  password: "The password you are trying to remove from the user does not exist",
  digest: "The password hash must be exactly 64 characters and contain only lowercase hexadecimal characters",
  argument: "Allowing first-arg of a subcommand is not supported",
};

const categoriesByCommand = new Map<string, Set<string>>();
for (const table of [categoryNames, laterCategories]) {
  for (const [category, names] of Object.entries(table)) {
    for (const name of names.split(" ")) {
      const known = categoriesByCommand.get(name) ?? new Set();
      categoriesByCommand.set(name, known.add(category));
    }
  }
}

/** All commands and subcommands that rules may name. */
export const commandNames: ReadonlySet<string> = new Set(categoriesByCommand.keys());

const stockNames: ReadonlySet<string> = new Set(
  Object.values(categoryNames).flatMap((names) => names.split(" ")),
);

const containers: ReadonlySet<string> = new Set(
  [...commandNames].filter((name) => name.includes("|")).map((name) => name.split("|")[0] as string),
);

export function newUser(givesAllChannels: boolean): User {
  return {
    isOn: false,
    isNopass: false,
    sanitizing: "",
    passwords: [],
    selectors: [newSelector(givesAllChannels)],
  };
}

export function defaultUser(): User {
  const all = { keys: undefined, channels: undefined, commands: ["+@all"] };
  return { isOn: true, isNopass: true, sanitizing: "", passwords: [], selectors: [all] };
}

function newSelector(givesAllChannels: boolean): Selector {
  return { keys: [], channels: givesAllChannels ? undefined : [], commands: ["-@all"] };
}

/** The user as rules change it, or the text of the error of the first that is wrong. */
export function changed(user: User, words: readonly string[], givesAllChannels: boolean): User | string {
  const rules: string[] = [];
  let open: string | undefined;
  let openedBy = "";
  for (const each of words) {
    if (each.startsWith("(") && !each.endsWith(")")) {
      open = each;
      openedBy = each;
    } else if (open !== undefined) {
      open += ` ${toNul(each)}`;
      if (!each.endsWith(")")) continue;
      rules.push(open);
      open = undefined;
    } else rules.push(each);
  }
  if (open !== undefined)
    return `ERR Unmatched parenthesis in acl selector starting at '${toNul(openedBy)}'.`;
  let result = user;
  for (const rule of rules) {
    const next = withRule(result, rule, givesAllChannels);
    if (typeof next === "string") return `ERR Error in ACL SETUSER modifier '${toNul(rule)}': ${next}`;
    result = next;
  }
  return result;
}

function withRule(user: User, rule: string, givesAllChannels: boolean): User | string {
  const word = toNul(rule).toLowerCase();
  if (rule === "") return user;
  switch (word) {
    case "on":
    case "off":
      return { ...user, isOn: word === "on" };
    case "sanitize-payload":
    case "skip-sanitize-payload":
      return { ...user, sanitizing: word };
    case "nopass":
    case "resetpass":
      return { ...user, isNopass: word === "nopass", passwords: [] };
    case "reset":
      return { ...newUser(givesAllChannels), sanitizing: "sanitize-payload" };
    case "clearselectors":
      return { ...user, selectors: user.selectors.slice(0, 1) };
  }
  if (/^[>#<!]/.test(rule)) return withPassword(user, rule);
  if (rule.startsWith("(") && rule.endsWith(")")) {
    let selector: Selector | string = newSelector(givesAllChannels);
    for (const each of toNul(rule.slice(1, -1)).split(/[ \n\r\t]+/)) {
      if (typeof selector !== "string" && each !== "") selector = withSelectorRule(selector, each);
    }
    return typeof selector === "string" ? selector : { ...user, selectors: [...user.selectors, selector] };
  }
  const [root, ...others] = user.selectors;
  const next = withSelectorRule(root as Selector, rule);
  return typeof next === "string" ? next : { ...user, selectors: [next, ...others] };
}

function withPassword(user: User, rule: string): User | string {
  const text = rule.slice(1);
  const isPlain = rule.startsWith(">") || rule.startsWith("<");
  if (!isPlain && !/^[0-9a-f]{64}$/.test(text)) return faults.digest;
  const digest = isPlain ? sha256Hex(text) : text;
  const isKnown = user.passwords.includes(digest);
  if (rule.startsWith("<") || rule.startsWith("!")) {
    if (!isKnown) return faults.password;
    return { ...user, passwords: user.passwords.filter((each) => each !== digest) };
  }
  return { ...user, isNopass: false, passwords: isKnown ? user.passwords : [...user.passwords, digest] };
}

function withSelectorRule(selector: Selector, rule: string): Selector | string {
  const text = toNul(rule);
  const word = text.toLowerCase();
  if (word === "allkeys" || word === "~*") return { ...selector, keys: undefined };
  if (word === "resetkeys") return { ...selector, keys: [] };
  if (word === "allchannels" || word === "&*") return { ...selector, channels: undefined };
  if (word === "resetchannels") return { ...selector, channels: [] };
  if (word === "allcommands" || word === "+@all") return { ...selector, commands: ["+@all"] };
  if (word === "nocommands" || word === "-@all") return { ...selector, commands: ["-@all"] };
  if (rule.startsWith("~") || rule.startsWith("%")) return withKeys(selector, rule);
  if (rule.startsWith("&")) {
    if (selector.channels === undefined) return faults.channels;
    if (/[\0\t-\r ]/.test(rule)) return faults.syntax;
    const channel = rule.slice(1);
    if (selector.channels.includes(channel)) return selector;
    return { ...selector, channels: [...selector.channels, channel] };
  }
  if (/^[+-]@/.test(word)) {
    return categories.includes(word.slice(2)) ? withCommand(selector, word) : faults.unknown;
  }
  if (word.startsWith("-"))
    return commandNames.has(word.slice(1)) ? withCommand(selector, word) : faults.unknown;
  if (!word.startsWith("+")) return faults.syntax;
  const bar = text.lastIndexOf("|");
  if (commandNames.has(word.slice(1))) return withCommand(selector, word);
  const outer = word.slice(1, bar);
  if (bar < 0 || !commandNames.has(outer)) return faults.unknown;
  if (outer.includes("|")) return faults.argument;
  if (bar === text.length - 1) return faults.syntax;
  return isContainer(outer) ? faults.unknown : withCommand(selector, `+${outer}|${text.slice(bar + 1)}`);
}

function withKeys(selector: Selector, rule: string): Selector | string {
  if (selector.keys === undefined) return faults.keys;
  const [, letters = "", pattern = ""] = /^%([rRwW]{0,2})(?:~([\s\S]*))?$/.exec(rule) ?? [];
  const marks = rule.startsWith("~") ? "rw" : letters.toLowerCase();
  const text = rule.startsWith("~") ? rule.slice(1) : pattern;
  if (marks === "" || marks === "rr" || marks === "ww" || /[\0\t-\r ]/.test(text)) return faults.syntax;
  const known = selector.keys.find((each) => each.pattern === text);
  const added = {
    pattern: text,
    reads: marks.includes("r") || known?.reads === true,
    writes: marks.includes("w") || known?.writes === true,
  };
  const keys =
    known === undefined
      ? [...selector.keys, added]
      : selector.keys.map((each) => (each === known ? added : each));
  return { ...selector, keys };
}

// What an earlier rule said of the same is over.
function withCommand(selector: Selector, rule: string): Selector {
  const others = selector.commands.filter((each, i) => i === 0 || each.slice(1) !== rule.slice(1));
  return { ...selector, commands: [...others, rule] };
}

/** Whether rules allow a command, or the command with its first argument. */
export function allowsCommand(rules: readonly string[], name: string, first: string | undefined): boolean {
  let isAllowed = false;
  let isAllowedWithFirst = false;
  const bar = name.indexOf("|");
  const outer = bar < 0 ? name : name.slice(0, bar);
  for (const rule of rules) {
    const isGiven = rule.startsWith("+");
    const what = rule.slice(1);
    if (
      what === name ||
      speaksOf(what, name) ||
      (outer !== name && (what === outer || speaksOf(what, outer)))
    ) {
      isAllowed = isGiven;
      // What was said of arguments is forgotten with it, but by what was said of all commands alone.
      if (what === name || speaksOf(what, name)) isAllowedWithFirst = false;
    } else if (!isContainer(name) && what.startsWith(`${name}|`) && !commandNames.has(what)) {
      if (what.slice(name.length + 1).toLowerCase() === first?.toLowerCase()) isAllowedWithFirst = true;
    }
  }
  return isAllowed || isAllowedWithFirst;
}

function speaksOf(what: string, name: string): boolean {
  if (what === "@all") return true;
  if (!what.startsWith("@")) return false;
  return isInCategory(name, what.slice(1));
}

export function isInCategory(name: string, category: string): boolean {
  const own = categoriesByCommand.get(name);
  return category === "slow" ? own?.has("fast") !== true : own?.has(category) === true;
}

function isContainer(name: string): boolean {
  return containers.has(name);
}

/**
 * Whether two lists of rules allow the same commands, with the same first arguments. Commands of later versions are not
 * compared: a server that lacks them may name a category for the others in it.
 */
export function isSameCommands(a: readonly string[], b: readonly string[]): boolean {
  if (a[0] !== b[0] && isAdding(a) !== isAdding(b)) return false;
  const firsts = [...a, ...b].flatMap((rule) => {
    const [name = "", first] = rule.slice(1).split("|");
    return first === undefined || isContainer(name) ? [] : [[name, first] as const];
  });
  for (const name of stockNames) {
    if (allowsCommand(a, name, undefined) !== allowsCommand(b, name, undefined)) return false;
  }
  return firsts.every(([name, first]) => allowsCommand(a, name, first) === allowsCommand(b, name, first));
}

// Whether commands that come later are forbidden: the last word about all of them.
function isAdding(rules: readonly string[]): boolean {
  return rules[0] === "-@all";
}

const channelCommands: Readonly<Record<string, { readonly last: number; readonly isPattern: boolean }>> = {
  subscribe: { last: Number.POSITIVE_INFINITY, isPattern: false },
  ssubscribe: { last: Number.POSITIVE_INFINITY, isPattern: false },
  psubscribe: { last: Number.POSITIVE_INFINITY, isPattern: true },
  publish: { last: 1, isPattern: false },
  spublish: { last: 1, isPattern: false },
};

const forEveryone: ReadonlySet<string> = new Set(["auth", "hello", "quit", "reset"]);

/** Why a user may not make a call; undefined: it may. Of several selectors the reason that comes last counts. */
export function denialOf(user: User, name: string, words: readonly string[]): Denial | undefined {
  if (mayDoEverything(user)) return undefined;
  const order = ["command", "key", "channel"];
  let worst: { readonly denial: Denial; readonly at: number } = { denial: { kind: "command", name }, at: 0 };
  for (const selector of user.selectors) {
    const found = denialBy(selector, name, words);
    if (found === undefined) return undefined;
    const difference = order.indexOf(found.denial.kind) - order.indexOf(worst.denial.kind);
    if (difference > 0 || (difference === 0 && found.at > worst.at)) worst = found;
  }
  return worst.denial;
}

// As most users are: asked of every call.
function mayDoEverything({ selectors }: User): boolean {
  const [root] = selectors;
  if (root === undefined || root.keys !== undefined || root.channels !== undefined) return false;
  return root.commands.length === 1 && root.commands[0] === "+@all";
}

function denialBy(
  selector: Selector,
  name: string,
  words: readonly string[],
): { readonly denial: Denial; readonly at: number } | undefined {
  if (!forEveryone.has(name) && !allowsCommand(selector.commands, name, words[1])) {
    return { denial: { kind: "command", name }, at: 0 };
  }
  const keys: readonly FoundKey[] = hasKeys(name) ? (keysOf(name, words) ?? []) : [];
  for (const { key, flags } of selector.keys === undefined ? [] : keys) {
    if (!allowsKey(selector.keys ?? [], key, flags)) {
      return { denial: { kind: "key", name: key }, at: words.indexOf(key, 1) };
    }
  }
  const channels = channelCommands[name];
  if (channels === undefined || selector.channels === undefined) return undefined;
  const { last, isPattern } = channels;
  for (const [i, channel] of words.entries()) {
    const isAllowed = selector.channels.some((each) => (isPattern ? each === channel : fits(each, channel)));
    if (i > 0 && i <= last && !isAllowed) return { denial: { kind: "channel", name: channel }, at: i };
  }
  return undefined;
}

function allowsKey(rules: readonly KeyRule[], key: string, flags: string): boolean {
  const words = flags.split(" ");
  const reads = words.includes("access");
  const writes = words.some((each) => ["insert", "update", "delete"].includes(each));
  return rules.some((rule) => (rule.reads || !reads) && (rule.writes || !writes) && fits(rule.pattern, key));
}

/** Whether some selector allows the call and every key to be read. */
export function mayReadEveryKey(user: User, name: string, words: readonly string[]): boolean {
  if (mayDoEverything(user)) return true;
  return user.selectors.some(
    (selector) =>
      (selector.keys === undefined || selector.keys.some(({ pattern, reads }) => pattern === "*" && reads)) &&
      denialBy(selector, name, words) === undefined,
  );
}

/**
 * All users anew, as a file has them: the name of each, and its rules. Those that cannot be read are left out; without a
 * line of its own the default user stays as it is.
 */
export function takeUsers(model: Model, lines: readonly (readonly string[])[]): void {
  const given = model.directive("acl-pubsub-default") === "allchannels";
  for (const name of model.users.keys()) if (name !== "default") model.users.delete(name);
  for (const [name = "", ...rules] of lines) {
    const user = changed(newUser(given), rules, given);
    if (typeof user !== "string") model.users.set(name, user);
  }
}

// --- who is logged in ---

/** Those who have not logged in may do nothing. */
export function isLoginRequired(model: Model): boolean {
  const user = model.users.get("default");
  return user?.isOn !== true || !user.isNopass;
}

/** The password that a directive gives to the default user; "": none. */
export function setDefaultPassword(model: Model, password: string): void {
  const user = model.users.get("default") ?? defaultUser();
  const passwords = password === "" ? [] : [sha256Hex(password)];
  model.users.set("default", { ...user, isNopass: password === "", passwords });
}

/** Logs a session in; false when name and password do not match. */
export function login(model: Model, session: Session, name: string, password: string): boolean {
  const user = model.users.get(name);
  if (user?.isOn !== true || (!user.isNopass && !user.passwords.includes(sha256Hex(password)))) return false;
  session.user = name;
  session.isAuthenticated = true;
  return true;
}

/** As when it connected. */
export function logout(model: Model, session: Session): void {
  session.user = "default";
  session.isAuthenticated = !isLoginRequired(model);
}

function toNul(text: string): string {
  return text.split("\0", 1)[0] as string;
}
