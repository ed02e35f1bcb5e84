// CLIENT: what one connection says of others, and does to them.
//
// Addresses and ages are the server's to know, so that lists are looked at line by line, and a count of
// connections ended may be anything up to the number of them all.

import type { Call, OracleCommand } from "../../command.ts";
import { errors, formatted, word } from "../../errors.ts";
import type { Model } from "../../model.ts";
import { int64 } from "../../numbers.ts";
import { between, chosen, error, integer, ok, type Reply } from "../../reply.ts";
import { notAnInteger, syntaxError } from "../../strings.ts";
import { text } from "../../texts.ts";

const clientTypes: ReadonlySet<string> = new Set(["normal", "slave", "replica", "pubsub", "master"]);

export const clientInfo: OracleCommand = {
  name: "client|info",
  arity: 2,
  class: "shape",
  run(call) {
    const { db, name, protocol } = call.session;
    return text(call, `one line with name=${name} db=${db} resp=${protocol}`, (found) => {
      const parts = found.trimEnd().split(" ");
      const isOwn = parts.includes(`name=${name}`) && parts.includes(`db=${db}`);
      return isLine(found.trimEnd()) && isOwn && parts.includes(`resp=${protocol}`);
    });
  },
};

export const clientList: OracleCommand = {
  name: "client|list",
  arity: -2,
  class: "shape",
  run(call) {
    const { words } = call;
    if (words.length > 2) {
      const option = (words[2] as string).toUpperCase();
      if (option === "TYPE" && words.length === 4) {
        const type = words[3] as string;
        if (!clientTypes.has(type.toLowerCase())) return unknownType(type);
      } else if (option === "ID" && words.length > 3) {
        if (words.slice(3).some((id) => int64(id) === undefined)) return error(errors.invalidClientId);
      } else {
        return syntaxError;
      }
    }
    return text(call, "one line for each connection", (found) => {
      const lines = found.split("\n");
      return lines.pop() === "" && lines.every(isLine);
    });
  },
};

function isLine(line: string): boolean {
  return /^id=\d+ addr=\S* laddr=\S* fd=-?\d+ name=\S* age=-?\d+ idle=-?\d+ flags=\w+ db=\d+ /.test(line);
}

function unknownType(type: string): Reply {
  return error(formatted(`ERR Unknown client type '${word(type)}'`));
}

export const clientKill: OracleCommand = {
  name: "client|kill",
  arity: -3,
  class: "exact",
  run({ model, session, words }) {
    if (words.length === 3) {
      return chosen("OK, or that there is no such client", (answer) => {
        if (answer.kind === "error") return answer.text === errors.noSuchClient;
        return answer.kind === "simple" && answer.text === "OK";
      });
    }
    const wrong = wrongFilter(model, words);
    if (wrong !== undefined) return wrong;
    // Only of a single number without further filters is it known whom it means.
    if (words.length === 4 && (words[2] as string).toUpperCase() === "ID") {
      const id = int64(words[3] as string);
      if (id === session.serverId) return integer(0);
      const others = [...model.sessions.values()].filter((other) => other !== session);
      if (others.some((other) => other.serverId === id)) return integer(1);
    }
    return between(0, Math.max(model.sessions.size, 1));
  },
};

function wrongFilter(model: Model, words: readonly string[]): Reply | undefined {
  for (let i = 2; i < words.length; i += 2) {
    const name = (words[i] as string).toUpperCase();
    const value = words[i + 1];
    if (value === undefined) return syntaxError;
    switch (name) {
      case "ID": {
        const id = int64(value);
        if (id === undefined || id < 1n) return error(errors.clientIdNotPositive);
        break;
      }
      case "TYPE":
        if (!clientTypes.has(value.toLowerCase())) return unknownType(value);
        break;
      case "USER":
        if (!model.users.has(value)) return error(formatted(`ERR No such user '${word(value)}'`));
        break;
      case "SKIPME":
        if (!["yes", "no"].includes(value.toLowerCase())) return syntaxError;
        break;
      case "ADDR":
      case "LADDR":
        break;
      default:
        return syntaxError;
    }
  }
  return undefined;
}

export const clientPause: OracleCommand = {
  name: "client|pause",
  arity: -3,
  class: "exact",
  run(call) {
    const { words } = call;
    if (words.length > 4) return wrongUse(call, "CLIENT");
    const mode = (words[3] ?? "ALL").toUpperCase();
    if (mode !== "ALL" && mode !== "WRITE") return error(errors.pauseMode);
    const ms = int64(words[2] as string);
    if (ms === undefined) return error(errors.timeoutNotAnInteger);
    return ms < 0n ? error(errors.timeoutNegative) : ok;
  },
};

export const clientUnpause: OracleCommand = {
  name: "client|unpause",
  arity: 2,
  class: "exact",
  run: () => ok,
};

export const clientUnblock: OracleCommand = {
  name: "client|unblock",
  arity: -3,
  class: "exact",
  run(call) {
    const { session, words } = call;
    if (words.length > 4) return wrongUse(call, "CLIENT");
    const reason = (words[3] ?? "TIMEOUT").toUpperCase();
    if (reason !== "TIMEOUT" && reason !== "ERROR") return error(errors.unblockReason);
    const id = int64(words[2] as string);
    if (id === undefined) return notAnInteger;
    // Who else waits for a key is not told until it is answered.
    return id < 1n || id === session.serverId ? integer(0) : between(0, 1);
  },
};

/** A subcommand called with too many words, where the arity allows them. */
export function wrongUse({ words }: Call, command: string): Reply {
  const name = word(words[1] as string, 128);
  return error(
    formatted(`ERR unknown subcommand or wrong number of arguments for '${name}'. Try ${command} HELP.`),
  );
}
