// The confirmation of one subscription that began or ended, and how many the client has now.
//
// It is a message rather than a reply, so CLIENT REPLY does not keep it back. Inside of EXEC, where a SKIP holds for
// what comes after, it has its place among the replies.

import { latin1Bytes } from "../../lib/bytes.ts";
import type { ChannelKind, CommandContext } from "../context.ts";

/** `name` is undefined when there was nothing to end. */
export function confirm(
  { client, reply, server }: CommandContext,
  word: string,
  kind: ChannelKind,
  name: string | undefined,
): void {
  const count = server.pubsub.countOf(client, kind);
  if (client.replyMode === "on" || (client.isInExec === true && client.replyMode !== "off")) {
    reply.push(3);
    reply.bulkText(word);
    if (name === undefined) reply.null();
    else reply.bulkText(name);
    reply.int(count);
    return;
  }
  const isResp3 = client.protocol === 3;
  const none = isResp3 ? "_\r\n" : "$-1\r\n";
  const shown = name === undefined ? none : bulk(name);
  client.send(latin1Bytes(`${isResp3 ? ">" : "*"}3\r\n${bulk(word)}${shown}:${count}\r\n`));
}

function bulk(text: string): string {
  return `$${text.length}\r\n${text}\r\n`;
}
