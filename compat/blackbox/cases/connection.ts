// Connection commands: conversations. What changes a connection's way of talking is in conversation.test.ts.

import type { Case, Exemptions } from "./case.ts";

export const connectionCases: readonly Case[] = [
  {
    name: "PING, ECHO, SELECT and QUIT",
    calls: [
      "PING",
      "PING hello",
      "PING a b",
      'ECHO "\\x00\\xff"',
      "ECHO",
      "SELECT 15",
      "SELECT 16",
      "SELECT -1",
      "SELECT x",
      "SELECT 0",
      "NOSUCHCOMMAND a b",
      "QUIT",
    ],
  },
  {
    name: "AUTH without a password that is set",
    calls: ["AUTH secret", "AUTH default secret", "AUTH nobody secret", "AUTH", "AUTH a b c"],
  },
  {
    name: "HELLO refuses what it does not know",
    calls: ["HELLO", "HELLO 4", "HELLO x", "HELLO 3 AUTH", "HELLO 3 AUTH nobody x", "HELLO 3 NONSENSE"],
  },
  {
    name: "CLIENT's names and figures",
    calls: [
      "CLIENT ID",
      "CLIENT GETNAME",
      "CLIENT SETNAME worker",
      "CLIENT GETNAME",
      'CLIENT SETNAME "two words"',
      'CLIENT SETNAME ""',
      "CLIENT GETNAME",
      "CLIENT INFO",
      "CLIENT LIST",
      "CLIENT LIST TYPE pubsub",
      "CLIENT LIST TYPE nonsense",
      "CLIENT LIST ID x",
      "CLIENT GETREDIR",
      "CLIENT HELP",
      "CLIENT NONSENSE",
    ],
  },
  {
    name: "CLIENT's switches",
    calls: [
      "CLIENT NO-EVICT on",
      "CLIENT NO-EVICT off",
      "CLIENT NO-EVICT maybe",
      "CLIENT REPLY ON",
      "CLIENT REPLY maybe",
      "CLIENT KILL ID 999999999",
      "CLIENT KILL ID x",
      "CLIENT KILL nonsense:0",
      "CLIENT UNBLOCK 999999999",
      "CLIENT UNBLOCK 1 NONSENSE",
      "CLIENT UNPAUSE",
      "CLIENT PAUSE x",
      "CLIENT PAUSE 0",
      "CLIENT PAUSE 1 NONSENSE",
      "CLIENT UNPAUSE",
    ],
  },
];

export const connectionExemptions: Exemptions = {
  monitor: "turns the connection into a feed: monitor.test.ts",
  reset: "takes a client back to RESP2: conversation.test.ts",
  "client|setinfo": "Redis 7.2's, which the stock 7.0 server lacks; clients of today send it as they connect",
  "client|no-touch": "Redis 7.2's, which the stock 7.0 server lacks",
};
