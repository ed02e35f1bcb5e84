// User: a name, passwords as digests, and what the user may do.
//
// Invariant: a user of whom `isNopass` is true has no passwords.

import { splitArguments } from "../config/split-arguments.ts";
import type { CommandSpace } from "./command-space.ts";
import { selectorRules } from "./describe.ts";
import { beforeNul, faultTexts, type RuleFault } from "./rule-fault.ts";
import { Selector } from "./selector.ts";

const DIGEST = /^[0-9a-f]{64}$/;

/** What users share. */
export type UserParts = {
  readonly space: CommandSpace;
  readonly digestOf: (password: string) => string;
  /** acl-pubsub-default: new users, and new selectors, may use every channel. */
  readonly givesAllChannels: () => boolean;
};

export class User {
  readonly name: string;
  isEnabled = false;
  isNopass = false;
  /** Whether payloads of RESTORE are checked; not said until a rule says it. They always are, here. */
  sanitizes: boolean | undefined = undefined;
  passwords: string[] = [];
  /** The first is the root. */
  selectors: readonly Selector[];
  /** May do everything: kept by `settle`. */
  isUnrestricted = false;
  private readonly parts: UserParts;
  private described: string | undefined = undefined;

  /** Off, and without any permission. */
  constructor(name: string, parts: UserParts) {
    this.name = name;
    this.parts = parts;
    this.selectors = [new Selector(parts.space, parts.givesAllChannels())];
  }

  get root(): Selector {
    return this.selectors[0] as Selector;
  }

  get flags(): readonly string[] {
    const flags = [this.isEnabled ? "on" : "off"];
    if (this.isNopass) flags.push("nopass");
    if (this.sanitizes !== undefined)
      flags.push(this.sanitizes ? "sanitize-payload" : "skip-sanitize-payload");
    return flags;
  }

  /** All rules that make this user again. */
  get rules(): string {
    this.described ??= this.describe();
    return this.described;
  }

  /** Another user object with the same rules. */
  copy(): User {
    const copy = new User(this.name, this.parts);
    copy.become(this);
    return copy;
  }

  /** Takes over the rules of another; the name stays. */
  become(other: User): void {
    this.isEnabled = other.isEnabled;
    this.isNopass = other.isNopass;
    this.sanitizes = other.sanitizes;
    this.passwords = [...other.passwords];
    this.selectors = other.selectors.map((each) => each.copy());
    this.settle();
  }

  /** Applies one rule; on a fault nothing has changed. `settle` ends a row of them. */
  apply(rule: string): RuleFault | undefined {
    if (rule === "") return undefined;
    const word = beforeNul(rule).toLowerCase();
    const mark = rule[0];
    if (word === "on" || word === "off") this.isEnabled = word === "on";
    else if (word === "sanitize-payload" || word === "skip-sanitize-payload")
      this.sanitizes = word[1] === "a";
    else if (word === "nopass" || word === "resetpass") {
      this.isNopass = word === "nopass";
      this.passwords = [];
    } else if (mark === ">" || mark === "#") return this.addPassword(rule);
    else if (mark === "<" || mark === "!") return this.removePassword(rule);
    else if (mark === "(" && rule.endsWith(")")) return this.addSelector(rule.slice(1, -1));
    else if (word === "clearselectors") this.selectors = [this.root];
    else if (word === "reset") this.reset();
    else return this.root.apply(rule);
    return undefined;
  }

  /** Applies rules one after the other, up to the first that is wrong: then its error's text. */
  applyAll(rules: readonly string[]): string | undefined {
    for (const rule of rules) {
      const fault = this.apply(rule);
      if (fault !== undefined)
        return `Error in ACL SETUSER modifier '${beforeNul(rule)}': ${faultTexts[fault]}`;
    }
    this.settle();
    return undefined;
  }

  /** Brings what is derived from the rules up to date. */
  settle(): void {
    this.described = undefined;
    this.isUnrestricted = this.selectors.some((each) => each.isUnrestricted);
  }

  /** Whether the password is right; every digit of every digest is looked at, whichever differs first. */
  hasPassword(password: string): boolean {
    if (this.isNopass) return true;
    const digest = this.parts.digestOf(password);
    let isFound = false;
    for (const each of this.passwords) {
      let difference = 0;
      for (let i = 0; i < digest.length; i++) difference |= digest.charCodeAt(i) ^ each.charCodeAt(i);
      if (difference === 0) isFound = true;
    }
    return isFound;
  }

  private addPassword(rule: string): RuleFault | undefined {
    const digest = this.digestIn(rule, ">");
    if (digest === undefined) return "bad-hash";
    if (!this.passwords.includes(digest)) this.passwords.push(digest);
    this.isNopass = false;
    return undefined;
  }

  private removePassword(rule: string): RuleFault | undefined {
    const digest = this.digestIn(rule, "<");
    if (digest === undefined) return "bad-hash";
    const at = this.passwords.indexOf(digest);
    if (at < 0) return "no-such-password";
    this.passwords.splice(at, 1);
    return undefined;
  }

  // Of a password the digest, or the digest that stands there; undefined when it is none.
  private digestIn(rule: string, passwordMark: string): string | undefined {
    const text = rule.slice(1);
    if (rule[0] === passwordMark) return this.parts.digestOf(text);
    return DIGEST.test(text) ? text : undefined;
  }

  // What cannot be read for its quotes counts as no rules, and a NUL ends the rules, as in Redis.
  private addSelector(text: string): RuleFault | undefined {
    const selector = new Selector(this.parts.space, this.parts.givesAllChannels());
    for (const rule of splitArguments(beforeNul(text)) ?? []) {
      const fault = selector.apply(rule);
      if (fault !== undefined) return fault;
    }
    this.selectors = [...this.selectors, selector];
    return undefined;
  }

  private reset(): void {
    this.isNopass = false;
    this.passwords = [];
    this.isEnabled = false;
    this.sanitizes = true;
    this.selectors = [new Selector(this.parts.space, this.parts.givesAllChannels())];
  }

  private describe(): string {
    const { space } = this.parts;
    const rules = [...this.flags, ...this.passwords.map((each) => `#${each}`)];
    rules.push(selectorRules(this.root, space));
    for (const each of this.selectors.slice(1)) rules.push(`(${selectorRules(each, space)})`);
    return rules.join(" ");
  }
}

/**
 * Joins the arguments of selectors "( +get ~a )" that came as several; on a "(" that nothing closes, `open` is the argument
 * that has it.
 */
export function mergeSelectors(
  args: readonly string[],
): { readonly ok: true; readonly rules: readonly string[] } | { readonly ok: false; readonly open: number } {
  const rules: string[] = [];
  let openAt = -1;
  let open = "";
  for (const [i, each] of args.entries()) {
    if (each.startsWith("(") && !each.endsWith(")")) {
      open = each;
      openAt = i;
    } else if (openAt >= 0) {
      open += ` ${beforeNul(each)}`;
      if (!each.endsWith(")")) continue;
      rules.push(open);
      openAt = -1;
    } else rules.push(each);
  }
  return openAt < 0 ? { ok: true, rules } : { ok: false, open: openAt };
}
