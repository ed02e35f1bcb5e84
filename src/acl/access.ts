// Access: whether a user may make a call: the command, each of its keys, each of its channels.
//
// Role: pure. It is asked only for users who may not do everything; what it allocates, the list of keys, is made once for
// all selectors. A call is allowed when one selector allows all of it.
// As in Redis, what is told of a refusal is the worst reason of all selectors, and of those the last argument.

import type { Command } from "../commands/define.ts";
import { type FoundKey, findKeys } from "../commands/server/command-keys.ts";
import { globMatch } from "../lib/glob.ts";
import type { Args } from "../resp/args.ts";
import { type ChannelPattern, READ, type Selector, WRITE } from "./selector.ts";
import type { User } from "./user.ts";

/** Why a call is refused; `at` is the argument that is to blame, the name of the command being argument `from`. */
export type Denial = { readonly kind: "command" | "key" | "channel"; readonly at: number };

/** One call: arguments from `from` on, and the number of its command. */
export type Call = {
  readonly command: Command;
  readonly id: number;
  readonly args: Args;
  readonly from: number;
};

const noCommand: Denial = { kind: "command", at: 0 };
const rank = { command: 1, key: 2, channel: 3 } as const;

// Commands that name channels: the last argument that does (-1: all of them), and whether they are patterns.
const channelCommands: ReadonlyMap<string, { readonly last: number; readonly arePatterns: boolean }> =
  new Map([
    ["subscribe", { last: -1, arePatterns: false }],
    ["ssubscribe", { last: -1, arePatterns: false }],
    ["psubscribe", { last: -1, arePatterns: true }],
    ["publish", { last: 1, arePatterns: false }],
    ["spublish", { last: 1, arePatterns: false }],
  ]);

/** Undefined: the user may make the call. */
export function denialOf(user: User, call: Call): Denial | undefined {
  const keys = new KeysOnce(call);
  let worst = noCommand;
  for (const selector of user.selectors) {
    const denial = denialBy(selector, call, keys);
    if (denial === undefined) return undefined;
    const difference = rank[denial.kind] - rank[worst.kind];
    if (difference > 0 || (difference === 0 && denial.at > worst.at)) worst = denial;
  }
  return worst;
}

/** Whether a selector that allows the call lets it read every key there is. */
export function mayReadEveryKey(user: User, call: Call): boolean {
  const keys = new KeysOnce(call);
  return user.selectors.some(
    (selector) =>
      (selector.allKeys || selector.keys.some(({ text, access }) => text === "*" && (access & READ) !== 0)) &&
      denialBy(selector, call, keys) === undefined,
  );
}

/** Whether some channel pattern allows a channel; a pattern is allowed by the same pattern alone. */
export function allowsChannel(
  allowed: readonly ChannelPattern[],
  channel: { readonly bytes: Uint8Array; readonly start: number; readonly end: number },
  isPattern: boolean,
): boolean {
  const { bytes, start, end } = channel;
  return allowed.some((each) =>
    isPattern
      ? isSame(each.bytes, bytes, start, end)
      : globMatch(each.bytes, 0, each.bytes.length, bytes, start, end, false),
  );
}

// The keys of a call, found when the first selector asks for them.
class KeysOnce {
  private found: readonly FoundKey[] | undefined = undefined;
  private readonly call: Call;

  constructor(call: Call) {
    this.call = call;
  }

  get(): readonly FoundKey[] {
    if (this.found === undefined) {
      const { command, args, from } = this.call;
      // A shard channel has a slot as a key has, and is none.
      const hasKeys = command.keySpecs.some(({ flags }) => !flags.includes("not_key"));
      this.found = hasKeys ? (findKeys(command, args, from) ?? []) : [];
    }
    return this.found;
  }
}

function denialBy(selector: Selector, call: Call, keys: KeysOnce): Denial | undefined {
  if (!allowsCommand(selector, call)) return noCommand;
  const { args, command, from } = call;
  if (!selector.allKeys) {
    for (const { index, flags } of keys.get()) {
      if (!allowsKey(selector, args, index, flags)) return { kind: "key", at: index };
    }
  }
  const channels = selector.allChannels ? undefined : channelCommands.get(command.fullName);
  if (channels === undefined) return undefined;
  const last = channels.last < 0 ? args.count - 1 : from + channels.last;
  for (let i = from + 1; i <= last; i++) {
    const channel = { bytes: args.bytes, start: args.start(i), end: args.end(i) };
    if (!allowsChannel(selector.channels, channel, channels.arePatterns)) return { kind: "channel", at: i };
  }
  return undefined;
}

function allowsCommand(selector: Selector, { command, id, args, from }: Call): boolean {
  if (selector.allCommands || selector.allowed[id] === 1 || command.flags.includes("no_auth")) return true;
  const words = selector.firstArguments.get(id);
  if (words === undefined || args.count - from < 2) return false;
  const first = args.textBeforeNul(from + 1).toLowerCase();
  return words.some((each) => each.toLowerCase() === first);
}

function allowsKey(selector: Selector, args: Args, i: number, flags: string): boolean {
  const wanted = accessOf(flags);
  return selector.keys.some(
    ({ bytes, access }) =>
      (access & wanted) === wanted &&
      globMatch(bytes, 0, bytes.length, args.bytes, args.start(i), args.end(i), false),
  );
}

// What a key is asked for: reading its value, writing it, both, or neither where only the key itself is looked at.
function accessOf(flags: string): number {
  const reads = flags.includes("access") ? READ : 0;
  const writes = flags.includes("update") || flags.includes("insert") || flags.includes("delete") ? WRITE : 0;
  return reads | writes;
}

function isSame(pattern: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (pattern.length !== end - start) return false;
  for (let i = 0; i < pattern.length; i++) if (pattern[i] !== bytes[start + i]) return false;
  return true;
}
