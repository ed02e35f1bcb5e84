// ACL: the users of one server, who is logged in as whom, and the one gate that every path to a command passes.
//
// Role: requests, those that EXEC runs, those of scripts, and those that have waited ask `refusal` here, unless the
// client `isUnrestricted`: that one field is all that a usual user pays.
// Invariants:
//   - `isUnrestricted` of every client is true exactly when it may run everything that is served: it has logged in, or
//     need not, and its user has a selector without limits. Whatever changes a user or a login brings it up to date.
//   - the default user is one object for the life of the server, and there always.
//   - a client whose user is removed is closed, and until then is the default user who has not logged in.

import type { AclLogEntry, AclView, UserView } from "../commands/acl/views.ts";
import { clientLine } from "../commands/connection/client-line.ts";
import type { ClientView, CommandContext, PubsubView } from "../commands/context.ts";
import type { Command } from "../commands/define.ts";
import { quote } from "../config/split-arguments.ts";
import { latin1Bytes } from "../lib/bytes.ts";
import type { Args } from "../resp/args.ts";
import { errors } from "../resp/errors.ts";
import { allowsChannel, type Denial, denialOf, mayReadEveryKey } from "./access.ts";
import { AclLog, LOGGED_CHARS_MAX } from "./acl-log.ts";
import { CommandSpace } from "./command-space.ts";
import { channelRules, commandRules, keyRules } from "./describe.ts";
import { beforeNul, faultTexts, hasSpaces } from "./rule-fault.ts";
import type { Selector } from "./selector.ts";
import { mergeSelectors, User, type UserParts } from "./user.ts";
import { readUsers } from "./user-file.ts";

const DEFAULT_USER = "default";

/** A client, with what the gate keeps of it. */
export type Session = ClientView & {
  account: User;
  isAuthenticated: boolean;
  /** May run everything: the gate need not be asked. */
  isUnrestricted: boolean;
};

/** On which way a call came: its own, inside of EXEC, or from a script. */
export type Way = "request" | "exec" | "script";

type Fault = { readonly code: string; readonly text: string };

export type AclParts = {
  readonly commands: Iterable<Command>;
  readonly config: {
    readonly aclfile: string;
    readonly aclPubsubDefault: string;
    readonly acllogMaxLen: number;
    readonly requirepass: string;
    readonly userLines: readonly (readonly string[])[];
  };
  readonly sha256: (bytes: Uint8Array) => string;
  readonly secret: (target: Uint8Array) => void;
  readonly readText: (
    path: string,
  ) => { readonly ok: true; readonly text: string } | { readonly ok: false; readonly fault: Fault };
  readonly replaceText: (path: string, text: string) => Fault | undefined;
  readonly log: (level: "notice" | "warning", text: string) => void;
  readonly clients: () => Iterable<Session>;
  readonly clientById: (id: number) => Session | undefined;
  readonly pubsub: () => PubsubView;
  /** Wall clock, as commands see it. */
  readonly nowMs: () => number;
};

export class Acl implements AclView {
  readonly defaultUser: User;
  private readonly parts: AclParts;
  private readonly space: CommandSpace;
  private readonly userParts: UserParts;
  private readonly auditLog = new AclLog();
  private users = new Map<string, User>();

  constructor(parts: AclParts) {
    this.parts = parts;
    this.space = new CommandSpace(parts.commands);
    this.userParts = {
      space: this.space,
      digestOf: (password) => parts.sha256(latin1Bytes(password)),
      givesAllChannels: () => parts.config.aclPubsubDefault === "allchannels",
    };
    this.defaultUser = this.newDefaultUser();
    this.users.set(DEFAULT_USER, this.defaultUser);
    this.setDefaultPassword(parts.config.requirepass);
  }

  // --- logins ---

  get isPasswordRequired(): boolean {
    return !this.defaultUser.isNopass || !this.defaultUser.isEnabled;
  }

  get isDefaultNopass(): boolean {
    return this.defaultUser.isNopass;
  }

  login(client: ClientView, by: string, name: string, password: string): boolean {
    const user = this.users.get(name);
    if (user?.isEnabled !== true || !user.hasPassword(password)) {
      this.note(client as Session, { reason: "auth", object: by, username: name });
      return false;
    }
    const session = client as Session;
    session.account = user;
    session.isAuthenticated = true;
    this.settle(session);
    return true;
  }

  logout(client: ClientView): void {
    const session = client as Session;
    session.account = this.defaultUser;
    session.isAuthenticated = !this.isPasswordRequired;
    this.settle(session);
  }

  /** requirepass: the default user's only password; "" for none. */
  setDefaultPassword(password: string): void {
    const { defaultUser } = this;
    defaultUser.apply("resetpass");
    defaultUser.apply(password === "" ? "nopass" : `>${password}`);
    defaultUser.settle();
    this.settleAll();
  }

  // --- the gate ---

  /** Must log in first: it may run nothing but what is for everyone. */
  isLockedOut(session: Session): boolean {
    return !session.isAuthenticated && this.isPasswordRequired;
  }

  /** Why the client's user may not make this call, as the text of an error; undefined: it may. A refusal is logged. */
  refusal(session: Session, command: Command, args: Args, way: Way): string | undefined {
    const denial = denialOf(session.account, { command, args, from: 0, id: this.space.idOf(command) });
    if (denial === undefined) return undefined;
    const { kind, at } = denial;
    const object = kind === "command" ? command.fullName : args.text(at, LOGGED_CHARS_MAX);
    if (way === "request") session.lastCommand = command.fullName;
    this.note(session, { reason: kind, object, username: session.user }, { args, way });
    if (way === "exec") return errors.noPermAtExec(kind);
    if (way === "script") return errors.noPermFromScript(kind);
    if (kind === "command") return errors.noPermCommand(command.fullName);
    return kind === "key" ? errors.noPermKey : errors.noPermChannel;
  }

  /** Whether the client's user may make a call, which is not logged. */
  mayCall(session: Session, command: Command, args: Args): boolean {
    if (session.isUnrestricted) return true;
    return denialOf(session.account, { command, args, from: 0, id: this.space.idOf(command) }) === undefined;
  }

  denial(name: string, command: Command, args: Args, from: number): Denial | undefined {
    const user = this.users.get(name) ?? this.defaultUser;
    return denialOf(user, { command, args, from, id: this.space.idOf(command) });
  }

  mayReadEveryKey({ client, args, server }: CommandContext, fullName: string): boolean {
    // Whoever runs a script has sent it; who reads a log has no connection.
    const caller = client.isScript === true ? this.parts.clientById(client.id) : undefined;
    const session = (caller ?? client) as Session;
    if (session.isUnrestricted) return true;
    const command = server.commands.get(fullName);
    if (command === undefined) return false;
    return mayReadEveryKey(session.account, { command, args, from: 0, id: this.space.idOf(command) });
  }

  // --- users ---

  has(name: string): boolean {
    return this.users.has(name);
  }

  names(): readonly string[] {
    return [...this.users.keys()].sort();
  }

  user(name: string): UserView | undefined {
    const user = this.users.get(name);
    if (user === undefined) return undefined;
    const viewOf = (selector: Selector) => ({
      commands: commandRules(selector, this.space),
      keys: keyRules(selector),
      channels: channelRules(selector),
    });
    const { flags, passwords, root, selectors } = user;
    return { flags, passwords, ...viewOf(root), selectors: selectors.slice(1).map(viewOf) };
  }

  lines(): readonly string[] {
    return this.names().map((name) => `user ${name} ${this.users.get(name)?.rules}`);
  }

  /** As `lines`, for the configuration file, whose words may be quoted; the ACL file knows no quotes. */
  configLines(): readonly string[] {
    const quoted = (word: string): string => (/["']/.test(word) ? quote(word) : word);
    return this.lines().map((line) => line.split(" ").map(quoted).join(" "));
  }

  setUser(asker: ClientView, name: string, words: readonly string[]): string | undefined {
    const merged = mergeSelectors(words);
    if (!merged.ok) return unmatched(words, merged.open);
    const known = this.users.get(name);
    const staged = known?.copy() ?? new User(name, this.userParts);
    const fault = staged.applyAll(merged.rules);
    if (fault !== undefined) return fault;
    if (known === undefined) this.users.set(name, staged);
    else {
      this.closeSubscribers(asker, known, staged);
      known.become(staged);
    }
    this.settleAll();
    return undefined;
  }

  deleteUsers(asker: ClientView, names: readonly string[]): number {
    let count = 0;
    for (const name of names) {
      const user = this.users.get(name);
      if (user === undefined || user === this.defaultUser) continue;
      this.users.delete(name);
      this.dismiss(asker, user);
      count++;
    }
    return count;
  }

  load(asker: ClientView): string | undefined {
    return this.loadFile((user) => this.dismiss(asker, user));
  }

  save(): boolean {
    const text = this.lines()
      .map((line) => `${line}\n`)
      .join("");
    const fault = this.parts.replaceText(this.parts.config.aclfile, text);
    if (fault !== undefined) this.parts.log("warning", `Writing ACL file for ACL SAVE: ${fault.text}`);
    return fault === undefined;
  }

  /** Takes the users of the configuration or of the ACL file when the server starts; the text of what is wrong. */
  start(): string | undefined {
    const { config, log } = this.parts;
    if (config.aclfile !== "" && config.userLines.length > 0) {
      return (
        "Users are defined both in the configuration file and in an ACL file (aclfile), which invites mistakes: " +
        "define them in one of the two"
      );
    }
    for (const [name = "", ...rules] of config.userLines) {
      const fault = this.takeConfigured(name, rules);
      if (fault !== undefined) return fault;
      if (this.users.get(name)?.isEnabled === true) continue;
      log("notice", `The user '${name}' is disabled: its line in the configuration has no 'on'.`);
    }
    this.settleAll();
    if (config.aclfile === "") return undefined;
    const fault = this.loadFile(() => {});
    return fault === undefined ? undefined : `Aborting startup because of ACL errors: ${fault}`;
  }

  randomDigits(count: number): string {
    const bytes = new Uint8Array((count + 1) >> 1);
    this.parts.secret(bytes);
    let text = "";
    for (const byte of bytes) text += byte.toString(16).padStart(2, "0");
    return text.slice(0, count);
  }

  logEntries(countMax: number): readonly AclLogEntry[] {
    return this.auditLog.latest(countMax);
  }

  resetLog(): void {
    this.auditLog.reset();
  }

  private newDefaultUser(): User {
    const user = new User(DEFAULT_USER, this.userParts);
    user.applyAll(["+@all", "~*", "&*", "on", "nopass"]);
    return user;
  }

  private takeConfigured(name: string, rules: readonly string[]): string | undefined {
    if (hasSpaces(name)) return "Spaces not allowed in ACL usernames";
    const known = this.users.get(name);
    known?.apply("reset");
    const user = known ?? new User(name, this.userParts);
    const merged = mergeSelectors(rules);
    if (!merged.ok) return unmatched(rules, merged.open);
    for (const rule of merged.rules) {
      const fault = user.apply(rule);
      if (fault !== undefined) {
        const shown = /^[<>#!]/.test(rule) ? `${rule[0]}(redacted)` : rule;
        return `Error loading ACL rule '${shown}' for the user named '${name}': ${faultTexts[fault]}`;
      }
    }
    user.settle();
    this.users.set(name, user);
    return undefined;
  }

  // `drop` is told of the users that were there before, but for the default one, which takes the new rules.
  private loadFile(drop: (user: User) => void): string | undefined {
    const { aclfile } = this.parts.config;
    const read = this.parts.readText(aclfile);
    if (!read.ok) return `Error loading ACLs, opening file '${aclfile}': ${read.fault.text}`;
    const result = readUsers(aclfile, read.text, this.userParts);
    if ("error" in result) return result.error;
    const before = this.users;
    this.users = new Map(result.users);
    this.defaultUser.become(this.users.get(DEFAULT_USER) ?? this.newDefaultUser());
    this.users.set(DEFAULT_USER, this.defaultUser);
    for (const user of before.values()) if (user !== this.defaultUser) drop(user);
    this.settleAll();
    return undefined;
  }

  private settle(session: Session): void {
    session.isUnrestricted = session.account.isUnrestricted && !this.isLockedOut(session);
  }

  private settleAll(): void {
    for (const each of this.parts.clients()) this.settle(each);
  }

  // Whoever is this user is nobody from now on.
  private dismiss(asker: ClientView, user: User): void {
    for (const each of [...this.parts.clients()]) {
      if (each.account !== user) continue;
      each.account = this.defaultUser;
      each.isAuthenticated = false;
      this.settle(each);
      close(asker, each);
    }
  }

  // Closes subscribers whose user loses what they listen to. A user who only gains channels loses nothing.
  private closeSubscribers(asker: ClientView, user: User, staged: User): void {
    if (staged.selectors.some(({ allChannels }) => allChannels)) return;
    const allowed = staged.selectors.flatMap(({ channels }) => channels);
    const isKept = (text: string): boolean => allowed.some((each) => each.text === text);
    const losesNothing = user.selectors.every(
      ({ allChannels, channels }) => !allChannels && channels.every(({ text }) => isKept(text)),
    );
    if (losesNothing) return;
    const pubsub = this.parts.pubsub();
    const mayHear = (text: string, isPattern: boolean): boolean => {
      const bytes = latin1Bytes(text);
      return allowsChannel(allowed, { bytes, start: 0, end: bytes.length }, isPattern);
    };
    for (const each of [...this.parts.clients()]) {
      if (each.account !== user || !each.isSubscriber) continue;
      const hasAll =
        pubsub.namesOf(each, "pattern").every((name) => mayHear(name, true)) &&
        pubsub.namesOf(each, "channel").every((name) => mayHear(name, false)) &&
        pubsub.namesOf(each, "shard").every((name) => mayHear(name, false));
      if (!hasAll) close(asker, each);
    }
  }

  private note(
    session: Session,
    event: Pick<AclLogEntry, "reason" | "object" | "username">,
    call?: { readonly args: Args; readonly way: Way },
  ): void {
    const { nowMs, pubsub, config } = this.parts;
    const timeMs = nowMs();
    const running = call?.way === "request" ? call.args : undefined;
    const isInTransaction = session.queuedCount >= 0;
    const context = call?.way === "script" ? "lua" : isInTransaction ? "multi" : "toplevel";
    const clientInfo = clientLine(session, { nowMs: timeMs, pubsub: pubsub(), running }).replace("\n", "");
    this.auditLog.add({ ...event, context, timeMs, clientInfo }, config.acllogMaxLen);
  }
}

function unmatched(words: readonly string[], at: number): string {
  return `Unmatched parenthesis in acl selector starting at '${beforeNul(words[at] ?? "")}'.`;
}

// The asker's own reply still has to reach it.
function close(asker: ClientView, client: ClientView): void {
  if (client.id === asker.id) client.closeAfterReply();
  else client.closeNow();
}
