// Config: the configuration in force.
//
// Role: keeps one setting for each directive and the rules of CONFIG GET, SET and REWRITE. It touches no file and no
// socket: what a change must do to the world is done by listeners, which may refuse it.
// Invariants:
//   - A failed `set` leaves every setting as it was.
//   - The plain fields (settings.ts) and the texts of CONFIG GET are always of the same settings.
// Names and values are byte strings (directive.ts). Where Redis's order of CONFIG GET follows its hash seed, ours is
// the table's, so that a run can be repeated.

import { assert } from "../lib/assert.ts";
import { latin1Bytes } from "../lib/bytes.ts";
import { globMatch } from "../lib/glob.ts";
import type { Directive } from "./directive.ts";
import { directives, type Entry, entries, findEntry, lowerCase } from "./directives.ts";
import { type RewrittenOption, rewriteText } from "./rewrite.ts";
import { failed, type Outcome, type Setting } from "./setting.ts";
import { Settings } from "./settings.ts";
import { splitArguments } from "./split-arguments.ts";
import { linesOf, readValue } from "./values.ts";

/** What a change has to do; a text it returns is an error that undoes the whole CONFIG SET. */
export type Listener = () => string | undefined;

/** The result of CONFIG SET; `error` begins with its prefix word. */
export type SetResult = { readonly ok: true } | { readonly ok: false; readonly error: string };

export type SetRules = {
  /** Whether the client is on this machine, which "local" in enable-protected-configs asks for. */
  readonly isLocalClient: boolean;
};

/** Enters a folder and returns its absolute path, or says why it cannot. */
export type EnterFolder = (
  path: string,
) => { readonly ok: true; readonly path: string } | { readonly ok: false; readonly error: string };

const trustPath: EnterFolder = (path) => ({ ok: true, path });

export class Config extends Settings {
  readonly #settings = new Map<Directive, Setting>();
  readonly #listeners = new Map<string, Listener[]>();
  readonly #fields: ReadonlySet<string>;
  readonly #enterFolder: EnterFolder;
  readonly #warnedNames = new Set<string>();
  #warnings: string[] = [];
  #hasLoadedSavePoints = false;
  readonly #userLines: (readonly string[])[] = [];

  /** Every directive at its default. `enterFolder` is asked whenever `dir` is given a value. */
  constructor(enterFolder: EnterFolder = trustPath) {
    super();
    this.#fields = new Set(Object.keys(this));
    this.#enterFolder = enterFolder;
    for (const directive of directives) {
      const outcome = readValue(directive, initialArgs(directive), { current: undefined, adds: false });
      assert(outcome.ok && outcome.setting.text === directive.initial, `default of ${directive.name}`);
      if (outcome.ok) this.#keep(directive, outcome.setting);
    }
  }

  /**
   * Names (as asked for when a pattern has no wildcard) and values that any of the glob `patterns` selects. Wildcards
   * select Redis's directives only, and of those the ones that it shows.
   */
  get(...patterns: readonly string[]): [name: string, value: string][] {
    // By lower-case name: a directive is listed once, as it was first asked for.
    const found = new Map<string, [name: string, value: string]>();
    const add = (name: string, directive: Directive): void => {
      const key = lowerCase(name);
      if (!found.has(key)) found.set(key, [name, this.#textOf(directive)]);
    };
    for (const pattern of patterns) {
      if (!/[[*?]/.test(pattern)) {
        const entry = findEntry(pattern);
        if (entry !== undefined) add(pattern, entry.directive);
        continue;
      }
      const bytes = latin1Bytes(pattern);
      for (const { name, directive } of entries) {
        if (directive.isOwn || directive.isHidden) continue;
        if (globMatch(bytes, 0, bytes.length, latin1Bytes(name), 0, name.length, true)) add(name, directive);
      }
    }
    return [...found.values()];
  }

  /** CONFIG SET: all pairs, or none and the error's text. */
  set(
    pairs: readonly (readonly [name: string, value: string])[],
    rules: SetRules = { isLocalClient: true },
  ): SetResult {
    const chosen: Entry[] = [];
    for (const [name] of pairs) {
      const entry = findEntry(name);
      if (entry === undefined) {
        return {
          ok: false,
          error: `ERR Unknown option or number of arguments for CONFIG SET - '${name.split("\0", 1)[0]}'`,
        };
      }
      if (!entry.directive.isMutable) return refusal(name, "can't set immutable config");
      if (entry.directive.isProtected && !this.#allowsProtected(rules)) {
        return refusal(name, "can't set protected config");
      }
      if (chosen.includes(entry)) return refusal(name, "duplicate parameter");
      chosen.push(entry);
    }

    const before = new Map(chosen.map(({ directive }) => [directive, this.#settingOf(directive)]));
    for (const [i, { name, directive }] of chosen.entries()) {
      const value = pairs[i]?.[1] ?? "";
      const outcome = this.#read(directive, directive.isList ? splitList(value) : [value], false);
      if (!outcome.ok) {
        this.#restore(before);
        return refusal(name, outcome.error);
      }
      this.#keep(directive, outcome.setting);
    }
    return this.#applyChanges(chosen, before);
  }

  /**
   * Sets a directive from the command line or a file, where every directive may be set and listeners are not asked.
   * Save points add to those of earlier lines. Returns the error's text.
   */
  load(name: string, args: readonly string[]): string | undefined {
    const entry = findEntry(name);
    if (entry === undefined) return "Bad directive or wrong number of arguments";
    const { directive } = entry;
    if (!directive.isList && args.length !== 1) return "wrong number of arguments";
    // One argument may hold a whole list: save "900 1 300 10".
    const [only = ""] = args;
    const list = directive.isList && args.length === 1 && only !== "" ? (splitArguments(only) ?? []) : args;
    const isSavePoints = directive.name === "save";
    const outcome = this.#read(directive, list, isSavePoints && this.#hasLoadedSavePoints);
    if (!outcome.ok) return outcome.error;
    if (isSavePoints) this.#hasLoadedSavePoints = true;
    this.#keep(directive, outcome.setting);
    this.#maybeWarn(directive);
    return undefined;
  }

  /** Users in the order of the file: the name, and then the rules as they stand there. */
  get userLines(): readonly (readonly string[])[] {
    return this.#userLines;
  }

  /** Takes the words behind `user` on a line of a file. Returns the error's text. */
  loadUser(words: readonly string[]): string | undefined {
    const [name = ""] = words;
    if (this.#userLines.some((each) => each[0] === name)) {
      return `Error in user declaration '${name}': Duplicate user found. A user can only be defined once in config files`;
    }
    this.#userLines.push(words);
    return undefined;
  }

  /**
   * Has `listener` called after a CONFIG SET that changed `name`, or set it again if it is volatile; once, even if several
   * of its names changed.
   */
  onChange(name: string, listener: Listener): void {
    const directive = findEntry(name)?.directive;
    assert(directive !== undefined, `${name} is a directive`);
    assert(directive.isMutable, `${name} can change`);
    this.#listeners.set(directive.name, [...(this.#listeners.get(directive.name) ?? []), listener]);
  }

  /** The warnings that came up since the last call: one for each directive that was set without effect. */
  takeWarnings(): readonly string[] {
    const taken = this.#warnings;
    this.#warnings = [];
    return taken;
  }

  /**
   * CONFIG REWRITE: the new text of the file whose text was `original` (undefined: it did not exist). `extra` brings
   * the lines of options kept elsewhere, such as `user`; without it the file's own stay.
   */
  rewrite(original: string | undefined, extra: ReadonlyMap<string, readonly string[]> = new Map()): string {
    const options: RewrittenOption[] = directives.map((directive) => ({
      name: directive.name,
      lines: linesOf(directive, this.#textOf(directive)),
    }));
    for (const [name, lines] of extra) {
      options.push({ name, lines: lines.map((line) => ({ line, isForced: true })) });
    }
    return rewriteText(original, options);
  }

  #allowsProtected({ isLocalClient }: SetRules): boolean {
    return (
      this.enableProtectedConfigs === "yes" || (this.enableProtectedConfigs === "local" && isLocalClient)
    );
  }

  #read(directive: Directive, args: readonly string[], adds: boolean): Outcome {
    const outcome = readValue(directive, args, { current: this.#settingOf(directive), adds });
    if (!outcome.ok || directive.name !== "dir") return outcome;
    const entered = this.#enterFolder(outcome.setting.text);
    return entered.ok
      ? { ok: true, setting: { text: entered.path, value: entered.path } }
      : failed(entered.error);
  }

  #applyChanges(chosen: readonly Entry[], before: ReadonlyMap<Directive, Setting>): SetResult {
    const told = new Set<Listener>();
    for (const { name, directive } of chosen) {
      if (before.get(directive)?.text === this.#textOf(directive) && !directive.isVolatile) continue;
      for (const listener of this.#listeners.get(directive.name) ?? []) {
        if (told.has(listener)) continue;
        told.add(listener);
        const error = listener();
        if (error === undefined) continue;
        this.#restore(before);
        // Those that acted on the new values act again on the old ones; what fails now has nowhere to go back to.
        for (const again of told) again();
        return refusal(name, error);
      }
    }
    for (const { directive } of chosen) this.#maybeWarn(directive);
    return { ok: true };
  }

  #restore(before: ReadonlyMap<Directive, Setting>): void {
    for (const [directive, setting] of before) {
      if (directive.name === "dir" && setting.text !== this.#textOf(directive))
        this.#enterFolder(setting.text);
      this.#keep(directive, setting);
    }
  }

  #keep(directive: Directive, setting: Setting): void {
    this.#settings.set(directive, setting);
    const field = fields.get(directive) ?? "";
    if (this.#fields.has(field)) Object.assign(this, { [field]: setting.value });
  }

  #maybeWarn(directive: Directive): void {
    const { name, standing, initial } = directive;
    if (standing.kind === "supported" || this.#textOf(directive) === initial || this.#warnedNames.has(name))
      return;
    this.#warnedNames.add(name);
    this.#warnings.push(`The directive '${name}' has no effect: ${standing.reason}`);
  }

  #settingOf(directive: Directive): Setting {
    const setting = this.#settings.get(directive);
    assert(setting !== undefined, `${directive.name} has a setting`);
    return setting;
  }

  #textOf(directive: Directive): string {
    return this.#settingOf(directive).text;
  }
}

const fields: ReadonlyMap<Directive, string> = new Map(directives.map((each) => [each, fieldOf(each.name)]));

/** The field of a directive: hash-max-listpack-entries is hashMaxListpackEntries. */
export function fieldOf(name: string): string {
  return name.replace(/[-_]([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** Whether the value of `name` is a secret that logs, SLOWLOG and MONITOR must not show. */
export function isSensitiveName(name: string): boolean {
  return findEntry(name)?.directive.isSensitive === true;
}

function initialArgs({ name, isList, initial }: Directive): readonly string[] {
  if (name === "replicaof") return ["no", "one"]; // The one directive whose default cannot be written as it is shown.
  return isList ? splitList(initial) : [initial];
}

// CONFIG SET takes a list as one text with single spaces: two in a row hold an empty argument between them.
function splitList(text: string): readonly string[] {
  return text === "" ? [] : text.split(" ");
}

function refusal(name: string, error: string): SetResult {
  return { ok: false, error: `ERR CONFIG SET failed (possibly related to argument '${name}') - ${error}` };
}
