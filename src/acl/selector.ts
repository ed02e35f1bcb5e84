// Selector: one set of permissions: commands, keys and channels that are allowed together.
//
// A user has one of its own, the root, and any number of others "(...)": what one of them allows is allowed.
// Invariants:
//   - `allCommands` implies that every bit of `allowed` is set; so do `allKeys` and `allChannels` imply that there is no
//     pattern. These three flags are what the gate asks for first.
//   - `allowsFuture` says that the rules began with "+@all" and took away from it: so they are written again.

import { latin1Bytes } from "../lib/bytes.ts";
import { type CommandSpace, categoryOf, type NamedCommand } from "./command-space.ts";
import { beforeNul, hasSpaces, type RuleFault } from "./rule-fault.ts";

export const READ = 1;
export const WRITE = 2;

export type KeyPattern = { readonly text: string; readonly bytes: Uint8Array; access: number };
export type ChannelPattern = { readonly text: string; readonly bytes: Uint8Array };

export class Selector {
  allKeys = false;
  allChannels: boolean;
  allCommands = false;
  allowsFuture = false;
  allowed: Uint8Array;
  /** By command number: first arguments with which a command that is not allowed may be called, as they were given. */
  firstArguments = new Map<number, string[]>();
  keys: KeyPattern[] = [];
  channels: ChannelPattern[] = [];
  private readonly space: CommandSpace;

  /** Without any permission, but for channels where they are given by default. */
  constructor(space: CommandSpace, allChannels: boolean) {
    this.space = space;
    this.allChannels = allChannels;
    this.allowed = new Uint8Array(space.all.length);
  }

  copy(): Selector {
    const copy = new Selector(this.space, this.allChannels);
    copy.allKeys = this.allKeys;
    copy.allCommands = this.allCommands;
    copy.allowsFuture = this.allowsFuture;
    copy.allowed = this.allowed.slice();
    for (const [id, words] of this.firstArguments) copy.firstArguments.set(id, [...words]);
    copy.keys = this.keys.map((each) => ({ ...each }));
    copy.channels = [...this.channels];
    return copy;
  }

  /** Nothing that is served is forbidden. */
  get isUnrestricted(): boolean {
    if (!this.allKeys || !this.allChannels) return false;
    return (
      this.allCommands || this.space.all.every(({ id, isServed }) => !isServed || this.allowed[id] === 1)
    );
  }

  /** Applies one rule; on a fault nothing has changed. */
  apply(rule: string): RuleFault | undefined {
    const word = beforeNul(rule).toLowerCase();
    if (word === "allkeys" || word === "~*") this.setKeys(true);
    else if (word === "resetkeys") this.setKeys(false);
    else if (word === "allchannels" || word === "&*") this.setChannels(true);
    else if (word === "resetchannels") this.setChannels(false);
    else if (word === "allcommands" || word === "+@all") this.setAllCommands(true);
    else if (word === "nocommands" || word === "-@all") this.setAllCommands(false);
    else if (rule.startsWith("~") || rule.startsWith("%")) return this.addKeyPattern(rule);
    else if (rule.startsWith("&")) return this.addChannelPattern(rule.slice(1));
    else if (word.startsWith("+@") || word.startsWith("-@"))
      return this.setCategory(word.slice(2), word[0] === "+");
    else if (word.startsWith("+")) return this.allow(beforeNul(rule).slice(1));
    else if (word.startsWith("-")) return this.forbid(word.slice(1));
    else return "syntax";
    return undefined;
  }

  /** Sets a command, and with a container all of its subcommands. */
  setCommand(command: NamedCommand, isAllowed: boolean): void {
    this.setBit(command.id, isAllowed);
    this.firstArguments.delete(command.id);
    for (const each of command.subcommands) this.setBit(each.id, isAllowed);
  }

  private setBit(id: number, isAllowed: boolean): void {
    this.allowed[id] = isAllowed ? 1 : 0;
    if (!isAllowed) this.allCommands = false;
  }

  private setKeys(areAll: boolean): void {
    this.allKeys = areAll;
    this.keys = [];
  }

  private setChannels(areAll: boolean): void {
    this.allChannels = areAll;
    this.channels = [];
  }

  private setAllCommands(isAllowed: boolean): void {
    this.allowed.fill(isAllowed ? 1 : 0);
    this.allCommands = isAllowed;
    this.allowsFuture = isAllowed;
    this.firstArguments.clear();
  }

  private addKeyPattern(rule: string): RuleFault | undefined {
    if (this.allKeys) return "keys-behind-all";
    let access = READ | WRITE;
    let at = 1;
    if (rule.startsWith("%")) {
      access = 0;
      for (; at < rule.length; at++) {
        const letter = rule[at];
        if (letter === "~") break;
        const bit = letter === "r" || letter === "R" ? READ : letter === "w" || letter === "W" ? WRITE : 0;
        if (bit === 0 || (access & bit) !== 0) return "syntax";
        access |= bit;
      }
      if (access === 0) return "syntax";
      at++; // Where there is no "~" the pattern is empty, as in Redis.
    }
    const text = rule.slice(at);
    if (hasSpaces(text)) return "syntax";
    const known = this.keys.find((each) => each.text === text);
    if (known === undefined) this.keys.push({ text, bytes: latin1Bytes(text), access });
    else known.access |= access;
    return undefined;
  }

  private addChannelPattern(text: string): RuleFault | undefined {
    if (this.allChannels) return "channels-behind-all";
    if (hasSpaces(text)) return "syntax";
    if (!this.channels.some((each) => each.text === text))
      this.channels.push({ text, bytes: latin1Bytes(text) });
    return undefined;
  }

  private setCategory(name: string, isAllowed: boolean): RuleFault | undefined {
    const category = categoryOf(name);
    if (category < 0) return "unknown-name";
    for (const each of this.space.byCategory[category] ?? []) this.setCommand(each, isAllowed);
    return undefined;
  }

  // "get", "config|get", or "select|0": the first argument of a command that has no subcommands.
  private allow(name: string): RuleFault | undefined {
    const bar = name.lastIndexOf("|");
    const command = this.space.find(bar < 0 ? name : name.slice(0, bar));
    if (command === undefined) return "unknown-name";
    if (bar < 0) {
      this.setCommand(command, true);
      return undefined;
    }
    if (command.isSubcommand) return "argument-of-subcommand";
    const rest = name.slice(bar + 1);
    if (rest === "") return "syntax";
    if (command.subcommands.length > 0) {
      const subcommand = this.space.find(name);
      if (subcommand === undefined) return "unknown-name";
      this.setCommand(subcommand, true);
      return undefined;
    }
    const words = this.firstArguments.get(command.id) ?? [];
    if (!words.some((each) => each.toLowerCase() === rest.toLowerCase())) words.push(rest);
    this.firstArguments.set(command.id, words);
    return undefined;
  }

  private forbid(name: string): RuleFault | undefined {
    const command = this.space.find(name);
    if (command === undefined) return "unknown-name";
    this.setCommand(command, false);
    return undefined;
  }
}
