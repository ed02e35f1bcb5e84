// AUTH: name and password. Only the default user is known, whose password is the directive requirepass.

import type { OracleCommand } from "../../command.ts";
import { errors } from "../../errors.ts";
import type { Model } from "../../model.ts";
import { error, ok } from "../../reply.ts";
import { syntaxError } from "../../strings.ts";

export const auth: OracleCommand = {
  name: "auth",
  arity: -2,
  class: "exact",
  run({ model, session, words }) {
    if (words.length > 3) return syntaxError;
    if (words.length === 2 && model.directive("requirepass") === "") return error(errors.noPassSet);
    const user = words.length === 3 ? (words[1] as string) : "default";
    if (!isRight(model, user, words.at(-1) as string)) return error(errors.wrongPass);
    session.isAuthenticated = true;
    return ok;
  },
};

/** Without a password set, the default user may come with any. */
export function isRight(model: Model, user: string, password: string): boolean {
  const expected = model.directive("requirepass");
  return user === "default" && (expected === "" || expected === password);
}
