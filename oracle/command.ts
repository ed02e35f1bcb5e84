// OracleCommand: one command as the oracle knows it, from its documentation and a stock Redis's answers.

import type { Model, Session } from "./model.ts";
import { nothing, type Reply } from "./reply.ts";

/** One call. `words[0]` is the name; of a subcommand `words[1]` is its own. */
export type Call = {
  readonly model: Model;
  readonly session: Session;
  readonly words: readonly string[];
};

/** How replies compare; the registry test holds it against the server's declaration. */
export type ReplyClass = "exact" | "unordered" | "random" | "time" | "shape";

export type OracleCommand = {
  /** "get", or "client|list" for a subcommand. */
  readonly name: string;
  /** Redis's arity: the name counts, negative is "at least". Of a subcommand both names count. */
  readonly arity: number;
  readonly class: ReplyClass;
  /** It holds subcommands; called with a word that names none of them, it is an unknown subcommand. */
  readonly isContainer?: boolean;
  /** The text with which it is refused before the password is asked for; undefined: it is not. */
  readonly isProtected?: (model: Model) => string | undefined;
  /** The expected reply; changes the model as the command would. Arity has been checked. */
  readonly run: (call: Call) => Reply;
};

/** A command that only holds subcommands; alone it is refused for its arity. */
export function container(name: string, replyClass: ReplyClass = "exact"): OracleCommand {
  return { name, arity: -2, class: replyClass, isContainer: true, run: () => nothing };
}
