// AUTH: name and password; without a name it is the default user's.

import type { OracleCommand } from "../../command.ts";
import { errors } from "../../errors.ts";
import { error, ok } from "../../reply.ts";
import { syntaxError } from "../../strings.ts";
import { login } from "../../users.ts";

export const auth: OracleCommand = {
  name: "auth",
  arity: -2,
  class: "exact",
  run({ model, session, words }) {
    if (words.length > 3) return syntaxError;
    if (words.length === 2 && model.users.get("default")?.isNopass === true) return error(errors.noPassSet);
    const user = words.length === 3 ? (words[1] as string) : "default";
    return login(model, session, user, words.at(-1) as string) ? ok : error(errors.wrongPass);
  },
};
