// What commands about clients read and answer: names, and the numbers that a server gives its connections.

import type { Session } from "../../model.ts";
import { chosen, integer, type Reply } from "../../reply.ts";

/** Only visible ASCII; empty takes the name away. */
export function isClientName(text: string): boolean {
  return /^[!-~]*$/.test(text);
}

/** The number of the session's own connection: any at first, and that one ever after. */
export function ownId(session: Session): Reply {
  if (session.serverId !== undefined) return integer(session.serverId);
  return chosen("a connection's number", (answer) => {
    if (answer.kind !== "integer" || answer.value < 1n) return false;
    session.serverId = answer.value;
    return true;
  });
}
