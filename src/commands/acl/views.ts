// What commands may ask of the users and their rules.
//
// Role: an interface, so that commands do not depend on src/acl, which implements it (acl.ts). Names and rules are Latin-1
// texts: one character for each byte.

import type { Args } from "../../resp/args.ts";
import type { ClientView, CommandContext } from "../context.ts";
import type { Command } from "../define.ts";

/** An entry of ACL LOG. */
export type AclLogEntry = {
  readonly count: number;
  readonly reason: "command" | "key" | "channel" | "auth";
  readonly context: "toplevel" | "multi" | "lua";
  /** The command, key or channel that was refused; of a login the command it was tried by. */
  readonly object: string;
  readonly username: string;
  /** Wall clock, of the latest of those that are counted here. */
  readonly timeMs: number;
  /** The client as CLIENT INFO shows it. */
  readonly clientInfo: string;
};

export type SelectorView = { readonly commands: string; readonly keys: string; readonly channels: string };

/** What ACL GETUSER tells. */
export type UserView = SelectorView & {
  readonly flags: readonly string[];
  readonly passwords: readonly string[];
  readonly selectors: readonly SelectorView[];
};

export type AclView = {
  /** The default user has a password, or is off: who has not logged in may do nothing. */
  readonly isPasswordRequired: boolean;
  /** Any password logs the default user in. */
  readonly isDefaultNopass: boolean;
  /**
   * Logs the client in; false when name and password do not match or the user is off: it is still who it was, and the
   * log has it. `by` is the command that asked.
   */
  login(client: ClientView, by: string, name: string, password: string): boolean;
  /** Makes the client the default user as when it connected. */
  logout(client: ClientView): void;

  has(name: string): boolean;
  /** By name. */
  names(): readonly string[];
  user(name: string): UserView | undefined;
  /** "user NAME RULES" of each, by name. */
  lines(): readonly string[];
  /** Makes or changes a user; the text of the error when a rule is wrong, and then nothing has changed. */
  setUser(asker: ClientView, name: string, rules: readonly string[]): string | undefined;
  /** Removes users and closes their connections, the asker's after its reply; how many there were. */
  deleteUsers(asker: ClientView, names: readonly string[]): number;
  /** Reads the ACL file; the text of the error. */
  load(asker: ClientView): string | undefined;
  /** Writes the ACL file; false when it could not, for which the log has the reason. */
  save(): boolean;
  /** Why a user may not make the call in `args` from argument `from` on: reason and argument; undefined: it may. */
  denial(
    name: string,
    command: Command,
    args: Args,
    from: number,
  ): { readonly kind: "command" | "key" | "channel"; readonly at: number } | undefined;
  /** Whether the running command's user may, with it, read every key: BY and GET of SORT lead to any. */
  mayReadEveryKey(context: CommandContext, fullName: string): boolean;
  /** So many random hexadecimal digits. */
  randomDigits(count: number): string;
  /** The newest first. */
  logEntries(countMax: number): readonly AclLogEntry[];
  resetLog(): void;
};
