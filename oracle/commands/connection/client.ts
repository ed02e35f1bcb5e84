// CLIENT: what a connection says of itself.

import { type Call, container, type OracleCommand } from "../../command.ts";
import { errors, formatted, word } from "../../errors.ts";
import { bulk, error, nil, nothing, ok, type Reply } from "../../reply.ts";
import { syntaxError } from "../../strings.ts";
import { helpText } from "../server/help.ts";
import { isClientName, ownId } from "./client-values.ts";

export const client: OracleCommand = container("client");

export const clientHelp: OracleCommand = { name: "client|help", arity: 2, class: "shape", run: helpText };

export const clientId: OracleCommand = {
  name: "client|id",
  arity: 2,
  class: "shape",
  run: ({ session }) => ownId(session),
};

export const clientGetname: OracleCommand = {
  name: "client|getname",
  arity: 2,
  class: "exact",
  run: ({ session }) => (session.name === "" ? nil : bulk(session.name)),
};

export const clientSetname: OracleCommand = {
  name: "client|setname",
  arity: 3,
  class: "exact",
  run({ session, words }) {
    const name = words[2] as string;
    if (!isClientName(name)) return error(errors.clientName);
    session.name = name;
    return ok;
  },
};

export const clientSetinfo: OracleCommand = {
  name: "client|setinfo",
  arity: 4,
  class: "exact",
  run({ session, words }) {
    const option = (words[2] as string).toLowerCase();
    const value = words[3] as string;
    if (option !== "lib-name" && option !== "lib-ver") {
      return error(formatted(`ERR Unrecognized option '${word(words[2] as string)}'`));
    }
    if (!isClientName(value)) return error(errors.clientAttribute(words[2] as string));
    if (option === "lib-name") session.libraryName = value;
    else session.libraryVersion = value;
    return ok;
  },
};

export const clientReply: OracleCommand = {
  name: "client|reply",
  arity: 3,
  class: "exact",
  run({ session, words }) {
    switch ((words[2] as string).toUpperCase()) {
      case "ON":
        session.replyMode = "on";
        return ok;
      case "OFF":
        session.replyMode = "off";
        return nothing;
      case "SKIP":
        if (session.replyMode !== "off") session.replyMode = "skip-next";
        return nothing;
      default:
        return syntaxError;
    }
  },
};

export const clientNoEvict: OracleCommand = {
  name: "client|no-evict",
  arity: 3,
  class: "exact",
  run: (call) => onOrOff(call, () => {}),
};

export const clientNoTouch: OracleCommand = {
  name: "client|no-touch",
  arity: 3,
  class: "exact",
  run: (call) =>
    onOrOff(call, (isOn) => {
      call.session.isNoTouch = isOn;
    }),
};

function onOrOff({ words }: Call, set: (isOn: boolean) => void): Reply {
  const mode = (words[2] as string).toUpperCase();
  if (mode !== "ON" && mode !== "OFF") return syntaxError;
  set(mode === "ON");
  return ok;
}
