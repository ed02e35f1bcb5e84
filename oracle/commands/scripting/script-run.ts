// Runs of scripts that are plain enough: calls as scripts make them, and values between Lua and the protocol.

import type { Call as CommandCall, OracleCommand } from "../../command.ts";
import { difference } from "../../compare.ts";
import { encode } from "../../encode.ts";
import { inOneLine } from "../../errors.ts";
import type { Model, Session } from "../../model.ts";
import { parse } from "../../parse.ts";
import { type Answer, array, bulk, chosen, error, integer, nil, type Reply, simple } from "../../reply.ts";
import { sha1 } from "../../sha1.ts";
import type { Call, Names, Script, Value } from "../../small-lua.ts";
import { scoreText } from "../../sorted-sets.ts";
import { notFromScripts, writing } from "./refused.ts";

export type Commands = ReadonlyMap<string, OracleCommand>;

export type ScriptCall = {
  readonly sha: string;
  readonly keys: readonly string[];
  readonly args: readonly string[];
  /** EVAL_RO: it may not write. */
  readonly isReadOnly: boolean;
};

/** A value of Lua's. "open": a reply of which several are right. */
type Lua =
  | undefined
  | boolean
  | number
  | string
  | { readonly kind: "table"; readonly items: readonly Lua[] }
  | { readonly kind: "status" | "error"; readonly text: string }
  | { readonly kind: "open"; readonly reply: Reply };

/** The session of a script that a client runs: it begins in the client's database and in RESP2, and never waits. */
export function scriptSession(caller: Session): Session {
  return {
    ...caller,
    protocol: 2,
    replyMode: "on",
    isInExec: true,
    isScript: true,
    transaction: undefined,
    watches: [],
    script: undefined,
  };
}

/** What a script answers, after its calls have changed the model. */
export function runScript(
  { model, session }: CommandCall,
  script: Script,
  call: ScriptCall,
  commands: Commands,
): Reply {
  const run = new Run(model, scriptSession(session), call, commands);
  try {
    for (const each of script.calls) run.valueOf(each);
    return replyOf(run.valueOf(script.result), true);
  } catch (raised) {
    if (raised instanceof Raised) return error(raised.text);
    throw raised;
  }
}

/** An error that ends a script. */
class Raised {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

class Run {
  private readonly model: Model;
  private readonly session: Session;
  private readonly call: ScriptCall;
  private readonly commands: Commands;

  constructor(model: Model, session: Session, call: ScriptCall, commands: Commands) {
    this.model = model;
    this.session = session;
    this.call = call;
    this.commands = commands;
  }

  valueOf(value: Value): Lua {
    switch (value.kind) {
      case "nil":
        return undefined;
      case "boolean":
      case "number":
        return value.value;
      case "string":
        return value.text;
      case "list":
        return { kind: "table", items: value.items.map((item) => this.valueOf(item)) };
      case "status":
      case "error":
        return value;
      case "all":
      case "unpack":
        return { kind: "table", items: this.named(value.of) };
      case "count":
        return this.named(value.of).length;
      case "one":
        return this.named(value.of)[value.index - 1];
      case "call":
        return this.perform(value);
      default:
        return this.applied(value.kind, this.valueOf(value.value));
    }
  }

  private named(names: Names): readonly string[] {
    return names === "KEYS" ? this.call.keys : this.call.args;
  }

  private applied(kind: "status of" | "error of" | "sha1 of", value: Lua): Lua {
    const text = textOf(value);
    if (kind === "sha1 of") {
      if (text !== undefined) return sha1(text);
      throw new Raised("ERR wrong number of arguments");
    }
    if (text === undefined || typeof value === "number")
      return { kind: "error", text: "ERR wrong number or type of arguments" };
    if (kind === "status of") return { kind: "status", text };
    const bare = text.startsWith("-") ? text.slice(1) : text;
    return { kind: "error", text: bare.includes(" ") ? bare : `ERR ${bare}` };
  }

  private perform({ words, isProtected, line }: Call): Lua {
    const values = words.flatMap((word) => {
      const value = this.valueOf(word);
      return word.kind === "unpack" && typeof value === "object" && value.kind === "table"
        ? value.items
        : [value];
    });
    const answer = this.answerTo(values);
    if (typeof answer !== "object" || answer.kind !== "error") return answer;
    if (isProtected) return answer;
    throw new Raised(`${answer.text} script: ${this.call.sha}, on @user_script:${line}.`);
  }

  private answerTo(values: readonly Lua[]): Lua {
    const refusal = (text: string): Lua => ({ kind: "error", text: `ERR ${text}` });
    if (values.length === 0) return refusal("Please specify at least one argument for this redis lib call");
    const words = values.map(textOf).filter((text) => text !== undefined);
    if (words.length < values.length)
      return refusal("Lua redis lib command arguments must be strings or integers");
    const command = commandOf(this.commands, words);
    if (command === undefined) return refusal("Unknown Redis command called from script");
    const { arity, name } = command;
    if (arity > 0 ? words.length !== arity : words.length < -arity) {
      return refusal("Wrong number of args calling Redis command from script");
    }
    if (notFromScripts.has(name)) return refusal("This Redis command is not allowed from script");
    if (this.call.isReadOnly && writing.has(name)) {
      return refusal("Write commands are not allowed from read-only scripts.");
    }
    const { model, session } = this;
    const reply = command.run({ model, session, words });
    const bytes = encode(reply, session.protocol);
    const answer = bytes === undefined ? undefined : parse(bytes)?.answer;
    return answer === undefined ? { kind: "open", reply } : luaOf(answer);
  }
}

function commandOf(commands: Commands, words: readonly string[]): OracleCommand | undefined {
  const name = (words[0] as string).toLowerCase();
  const command = commands.get(name);
  if (command?.isContainer !== true || words.length < 2) return name.includes("|") ? undefined : command;
  return commands.get(`${name}|${(words[1] as string).toLowerCase()}`);
}

function textOf(value: Lua): string | undefined {
  if (typeof value === "number") return scoreText(value);
  return typeof value === "string" ? value : undefined;
}

function luaOf(answer: Answer): Lua {
  switch (answer.kind) {
    case "integer":
      return Number(answer.value);
    case "simple":
      return { kind: "status", text: answer.text };
    case "error":
      return { kind: "error", text: answer.text };
    case "null":
    case "null-array":
      return false;
    case "boolean":
      return answer.value;
    case "array":
    case "set":
    case "push":
    case "map":
      return { kind: "table", items: answer.items.map(luaOf) };
    default:
      return answer.text;
  }
}

const int64Edge = 2 ** 63;

// As the protocol shows it; `isWhole`: it is all of the reply.
function replyOf(value: Lua, isWhole: boolean): Reply {
  if (value === undefined || value === false) return nil;
  if (value === true) return integer(1);
  if (typeof value === "string") return bulk(value);
  if (typeof value === "number") {
    return integer(Math.abs(value) < int64Edge ? BigInt(Math.trunc(value)) : -(1n << 63n));
  }
  switch (value.kind) {
    case "table": {
      const end = value.items.indexOf(undefined);
      return array(value.items.slice(0, end < 0 ? undefined : end).map((item) => replyOf(item, false)));
    }
    case "status":
      return simple(inOneLine(value.text));
    case "error":
      return error(inOneLine(value.text));
    case "open": {
      const { reply } = value;
      if (!isWhole) return chosen("something", () => true);
      return chosen(
        "what a call of the script may answer",
        (answer) => difference(reply, answer, 2) === undefined,
      );
    }
  }
}
