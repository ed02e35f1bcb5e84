// CLIENT HELP: what the subcommands that exist here do.

import { defineCommand } from "../define.ts";
import { helpLines } from "../server/help.ts";

// A subcommand's call, and indented below it what it does.
const lines = helpLines("client", [
  "GETNAME",
  "    Tell the name of this connection.",
  "GETREDIR",
  "    Tell the id of the connection that gets this one's invalidation messages, or -1.",
  "ID",
  "    Tell the id of this connection.",
  "INFO",
  "    Describe this connection in one line.",
  "KILL <ip:port>",
  "    Close the connection that comes from <ip:port>.",
  "KILL <option> <value> [<option> <value> [...]]",
  "    Close all connections that pass every filter. Options are:",
  "    * ADDR (<ip:port>|<unixsocket>:0)",
  "      Those that come from this address.",
  "    * ID <client-id>",
  "      The one with this id.",
  "    * LADDR (<ip:port>|<unixsocket>:0)",
  "      Those that were accepted at this address.",
  "    * SKIPME (YES|NO)",
  "      Whether this connection is spared (default: yes).",
  "    * TYPE (NORMAL|MASTER|REPLICA|PUBSUB)",
  "      Those of this type.",
  "    * USER <username>",
  "      Those logged in as <username>.",
  "LIST [options ...]",
  "    Describe connections, one line each. Options:",
  "    * ID <client-id> [<client-id> ...]",
  "      Only those with these ids.",
  "    * TYPE (NORMAL|MASTER|REPLICA|PUBSUB)",
  "      Only those of this type.",
  "NO-EVICT (ON|OFF)",
  "    Say whether this connection is kept when connections are closed to free memory.",
  "NO-TOUCH (ON|OFF)",
  "    Say whether commands of this connection leave the LRU and LFU data of keys alone.",
  "PAUSE <timeout> [WRITE|ALL]",
  "    Hold back all commands, or those that write, for <timeout> milliseconds.",
  "REPLY (ON|OFF|SKIP)",
  "    Say which commands of this connection are answered.",
  "SETINFO <option> <value>",
  "    Record a fact about the client library. Options are:",
  "    * LIB-NAME <name>",
  "      Its name.",
  "    * LIB-VER <version>",
  "      Its version.",
  "SETNAME <name>",
  "    Name this connection <name>; an empty one takes the name away.",
  "UNBLOCK <clientid> [TIMEOUT|ERROR]",
  "    End the waiting of a blocked connection.",
  "UNPAUSE",
  "    End what PAUSE began.",
]);

export const clientHelp = defineCommand({
  name: "help",
  summary: "Explains the subcommands of CLIENT.",
  since: "5.0.0",
  group: "connection",
  complexity: "O(1)",
  flags: ["loading", "stale"],
  syntax: [],
  class: "shape",
  run({ reply }) {
    reply.array(lines.length);
    for (const line of lines) reply.simple(line);
  },
});
