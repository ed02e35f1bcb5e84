// Descriptions: rules that make a selector again, as ACL LIST, ACL GETUSER and the files have them.
//
// Role: Redis's own way to them: first "+@all" or "-@all", then as long as some category fits more of what is left
// than it spoils, the one that fits best, then single commands. Redis prints these in the order of a hash table,
// here they stand in that of the command table.

import { aclCategories } from "../commands/server/command-categories.ts";
import { assert } from "../lib/assert.ts";
import type { CommandSpace, NamedCommand } from "./command-space.ts";
import { READ, Selector, WRITE } from "./selector.ts";

/** The rules about commands, e.g. "+@all -@dangerous +keys". */
export function commandRules(selector: Selector, space: CommandSpace): string {
  const isAdding = !selector.allowsFuture;
  const rules = [isAdding ? "-@all" : "+@all"];
  // What the rules make so far.
  const made = new Selector(space, false);
  made.apply(rules[0] ?? "");
  for (const name of bestCategories(selector, space, isAdding)) {
    const rule = `${isAdding ? "+" : "-"}@${name}`;
    made.apply(rule);
    rules.push(rule);
  }
  for (const command of space.all) {
    if (command.isSubcommand) continue;
    addSingle(rules, command, selector, made);
    for (const each of command.subcommands) addSingle(rules, each, selector, made);
    const words = selector.allowed[command.id] === 0 ? selector.firstArguments.get(command.id) : undefined;
    for (const word of words ?? []) rules.push(`+${command.fullName}|${word}`);
  }
  const isSame = made.allowed.every((bit, id) => bit === selector.allowed[id]);
  assert(isSame, `the rules describe the selector: ${rules.join(" ")}`);
  return rules.join(" ");
}

/** The rules about keys: "~a* %R~b*", "~*", or nothing. */
export function keyRules(selector: Selector): string {
  if (selector.allKeys) return "~*";
  return selector.keys.map(({ text, access }) => `${accessMark(access)}${text}`).join(" ");
}

/** The rules about channels: "&a* &b", "&*", or nothing. */
export function channelRules(selector: Selector): string {
  return selector.allChannels ? "&*" : selector.channels.map(({ text }) => `&${text}`).join(" ");
}

/** All rules of a selector, as ACL LIST has them. */
export function selectorRules(selector: Selector, space: CommandSpace): string {
  const channels = channelRules(selector);
  const channelPart = selector.allChannels
    ? channels
    : `resetchannels${channels === "" ? "" : ` ${channels}`}`;
  const keys = keyRules(selector);
  return `${keys === "" && selector.keys.length === 0 ? "" : `${keys} `}${channelPart} ${commandRules(selector, space)}`;
}

function accessMark(access: number): string {
  if (access === (READ | WRITE)) return "~";
  return access === READ ? "%R~" : "%W~";
}

function addSingle(rules: string[], command: NamedCommand, selector: Selector, made: Selector): void {
  const isAllowed = selector.allowed[command.id] === 1;
  if (isAllowed === (made.allowed[command.id] === 1)) return;
  rules.push(`${isAllowed ? "+" : "-"}${command.fullName}`);
  made.setCommand(command, isAllowed);
}

function bestCategories(selector: Selector, space: CommandSpace, isAdding: boolean): readonly string[] {
  // What no category has covered yet.
  const left = new Selector(space, false);
  left.allowed = selector.allowed.slice();
  const chosen: number[] = [];
  for (;;) {
    let best = -1;
    let leastSpoilt = Number.POSITIVE_INFINITY;
    let mostFitting = 0;
    for (let category = 0; category < aclCategories.length; category++) {
      if (chosen.includes(category)) continue;
      const members = space.byCategory[category] ?? [];
      let allowed = 0;
      for (const { id } of members) allowed += left.allowed[id] as number;
      const fitting = isAdding ? allowed : members.length - allowed;
      const spoilt = members.length - fitting;
      if (fitting <= spoilt) continue;
      if (spoilt < leastSpoilt || (spoilt === leastSpoilt && fitting > mostFitting)) {
        best = category;
        leastSpoilt = spoilt;
        mostFitting = fitting;
      }
    }
    if (best < 0) return chosen.map((each) => aclCategories[each] ?? "");
    left.apply(`${isAdding ? "-" : "+"}@${aclCategories[best]}`);
    chosen.push(best);
  }
}
