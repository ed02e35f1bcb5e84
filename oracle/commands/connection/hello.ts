// HELLO: the protocol of all further replies, its own included; optionally with a password and a name.

import type { Call, OracleCommand } from "../../command.ts";
import { errors, formatted, word } from "../../errors.ts";
import { int64 } from "../../numbers.ts";
import { type Answer, array, bulk, chosen, error, integer, map, type Reply } from "../../reply.ts";
import { login } from "../../users.ts";
import { isClientName, ownId } from "./client-values.ts";

export const hello: OracleCommand = {
  name: "hello",
  arity: -1,
  class: "shape",
  run(call) {
    const { session, words } = call;
    let { protocol } = session;
    if (words.length > 1) {
      const version = int64(words[1] as string);
      if (version === undefined) return error(errors.protocolNotAnInteger);
      if (version !== 2n && version !== 3n) return error(errors.noProto);
      protocol = version === 3n ? 3 : 2;
    }
    const refusal = applyOptions(call);
    if (refusal !== undefined) return error(refusal);
    if (!session.isAuthenticated) return error(errors.helloNoAuth);
    session.protocol = protocol;
    return greeting(call);
  },
};

// Each option is applied as it is read, so that those before a mistake have had their effect.
function applyOptions({ model, session, words }: Call): string | undefined {
  for (let i = 2; i < words.length; i++) {
    const option = words[i] as string;
    const left = words.length - i - 1;
    if (option.toUpperCase() === "AUTH" && left >= 2) {
      if (!login(model, session, words[i + 1] as string, words[i + 2] as string)) return errors.wrongPass;
      i += 2;
    } else if (option.toUpperCase() === "SETNAME" && left >= 1) {
      const name = words[++i] as string;
      if (!isClientName(name)) return errors.clientName;
      session.name = name;
    } else {
      return formatted(`ERR Syntax error in HELLO option '${word(option)}'`);
    }
  }
  return undefined;
}

function greeting({ session }: Call): Reply {
  return map([
    [bulk("server"), bulk("redis")],
    [bulk("version"), chosen("a version", isVersion)],
    [bulk("proto"), integer(session.protocol)],
    [bulk("id"), ownId(session)],
    [bulk("mode"), bulk("standalone")],
    [bulk("role"), bulk("master")],
    [bulk("modules"), array([])],
  ]);
}

function isVersion(answer: Answer): boolean {
  return answer.kind === "bulk" && /^\d+\.\d+\.\d+$/.test(answer.text);
}
