// CONFIG: directives read and set while the server runs.

import { type Call, container, type OracleCommand } from "../../command.ts";
import { errors, formatted, word } from "../../errors.ts";
import { fits } from "../../glob.ts";
import type { Model } from "../../model.ts";
import { type Answer, chosen, error, ok, type Reply } from "../../reply.ts";
import { syntaxError } from "../../strings.ts";
import { setDefaultPassword } from "../../users.ts";
import { outcomeOf } from "./directive-values.ts";
import { aliases, type Directive, directives, isDirective, ofTheHost, uncertain } from "./directives.ts";
import { helpText } from "./help.ts";

export const config: OracleCommand = container("config");

export const configHelp: OracleCommand = { name: "config|help", arity: 2, class: "shape", run: helpText };

export const configResetstat: OracleCommand = {
  name: "config|resetstat",
  arity: 2,
  class: "exact",
  run: () => ok,
};

export const configRewrite: OracleCommand = {
  name: "config|rewrite",
  arity: 2,
  class: "exact",
  // Whether there is a file, and whether it can be written, is the host's affair.
  run: () =>
    chosen("OK, or why the file was not written", (answer) => {
      if (answer.kind === "simple") return answer.text === "OK";
      if (answer.kind !== "error") return false;
      return answer.text === errors.noConfigFile || answer.text.startsWith("ERR Rewriting config file: ");
    }),
};

export const configGet: OracleCommand = { name: "config|get", arity: -3, class: "shape", run: get };
export const configSet: OracleCommand = { name: "config|set", arity: -4, class: "exact", run: set };

const allNames: readonly string[] = [...directives.keys(), ...aliases.keys()];

/** The value CONFIG GET shows; undefined when it is the host's, or a server's choice that was not seen. */
function valueOfDirective(model: Model, name: string): string | undefined {
  const value = model.config.get(aliases.get(name) ?? name);
  return ofTheHost.has(aliases.get(name) ?? name) && !model.setByClients.has(name) ? undefined : value;
}

// A directive is named once, as it was first asked for. A server may have further ones of its own.
function get({ model, words }: Call): Reply {
  const patterns = words.slice(2);
  const expected = new Map<string, string>(); // Spelling by lower-case name.
  for (const pattern of patterns) {
    if (!/[*?[]/.test(pattern)) {
      const name = pattern.toLowerCase();
      if (isDirective(name) && !expected.has(name)) expected.set(name, pattern);
      continue;
    }
    for (const name of allNames) {
      if (!expected.has(name) && fits(pattern, name, true)) expected.set(name, name);
    }
  }
  return chosen(`the directives ${[...expected.values()].slice(0, 20).join(", ")}`, (answer) => {
    const pairs = pairsOf(answer);
    if (pairs === undefined) return false;
    const open = new Map(expected);
    for (const [shownName, value] of pairs) {
      const name = shownName.toLowerCase();
      if (open.get(name) === shownName) {
        const known = valueOfDirective(model, name);
        if (known !== undefined && known !== value) return false;
        open.delete(name);
      } else if (isDirective(name) || !patterns.some((pattern) => fits(pattern, name, true))) {
        return false;
      }
    }
    return open.size === 0;
  });
}

function pairsOf(answer: Answer): [string, string][] | undefined {
  if (answer.kind !== "array" && answer.kind !== "map") return undefined;
  if (answer.items.length % 2 === 1) return undefined;
  const pairs: [string, string][] = [];
  for (let i = 0; i < answer.items.length; i += 2) {
    const name = answer.items[i];
    const value = answer.items[i + 1];
    if (name?.kind !== "bulk" || value?.kind !== "bulk") return undefined;
    pairs.push([name.text, value.text]);
  }
  return pairs;
}

// All or nothing. Names are checked before any value, and the first mistake is told.
function set({ model, words }: Call): Reply {
  if (words.length % 2 === 1) return syntaxError;
  const given: { readonly name: string; readonly directive: Directive; readonly text: string }[] = [];
  for (let i = 2; i < words.length; i += 2) {
    const spelled = words[i] as string;
    const name = spelled.toLowerCase();
    const directive = directives.get(aliases.get(name) ?? name);
    if (directive === undefined) return unknownDirective(model, words, spelled);
    const { kind } = directive;
    if (
      kind === "immutable" ||
      (kind === "protected" && model.directive("enable-protected-configs") !== "yes")
    ) {
      return failed(spelled, `can't set ${kind} config`);
    }
    if (given.some((other) => other.name === name)) return failed(spelled, "duplicate parameter");
    given.push({ name, directive, text: words[i + 1] as string });
  }
  const values = new Map<string, string>();
  for (const { name, directive, text } of given) {
    const current = values.get(directive.name) ?? model.directive(directive.name);
    const outcome = outcomeOf(directive, text, current);
    if ("refusal" in outcome) return failed(name, outcome.refusal);
    values.set(directive.name, outcome.value);
  }
  if (!given.some(({ directive }) => uncertain.has(directive.name))) {
    adopt(model, values);
    return ok;
  }
  return chosen("OK, or why it could not be set", (answer) => {
    if (answer.kind === "error") return answer.text.startsWith("ERR CONFIG SET failed ");
    if (answer.kind !== "simple" || answer.text !== "OK") return false;
    adopt(model, values);
    return true;
  });
}

function failed(name: string, why: string): Reply {
  return error(formatted(`ERR CONFIG SET failed (possibly related to argument '${word(name)}') - ${why}`));
}

// It may be one of the server's own directives, which are nobody else's to judge.
function unknownDirective(model: Model, words: readonly string[], spelled: string): Reply {
  const text = `ERR Unknown option or number of arguments for CONFIG SET - '${word(spelled)}'`;
  if (!model.ownDirectives.has(spelled.toLowerCase())) return error(formatted(text));
  return chosen(
    `an answer to ${words.length} words`,
    (answer) => answer.kind === "simple" || answer.kind === "error",
  );
}

function adopt(model: Model, values: ReadonlyMap<string, string>): void {
  for (const [name, value] of values) {
    if (name === "maxmemory-policy" && value !== model.directive(name)) model.isAccessUnknown = true;
    if (name === "latency-monitor-threshold" && value !== "0") model.hasLatencySamples = true;
    if (name === "requirepass" && value !== model.directive(name)) setDefaultPassword(model, value);
    model.config.set(name, value);
    model.setByClients.add(name);
  }
}
