// Transactions: conversations of one client. Those of several clients are in src/commands/transactions/stock.test.ts.

import type { Case } from "./case.ts";

export const transactionCases: readonly Case[] = [
  {
    name: "MULTI queues, EXEC runs, errors do not stop it",
    calls: [
      "MULTI",
      "SET k 1",
      "INCR k",
      "APPEND k x",
      "INCR k",
      'SET "\\x00\\xff" "\\r\\n"',
      'GET "\\x00\\xff"',
      "EXEC",
      "GET k",
      "EXEC",
    ],
  },
  {
    name: "a command that cannot be queued spoils the transaction",
    calls: [
      "MULTI",
      "SET k 1",
      "NOSUCHCOMMAND a",
      "EXEC",
      "EXISTS k",
      "MULTI",
      "GET",
      "EXEC",
      "MULTI",
      "EXEC x",
      "PING",
    ],
  },
  {
    name: "DISCARD drops what was queued",
    calls: ["DISCARD", "MULTI", "SET k 1", "DISCARD", "EXISTS k", "EXEC", "MULTI", "DISCARD x", "DISCARD"],
  },
  {
    name: "WATCH, UNWATCH and one's own changes",
    calls: [
      "WATCH k l",
      "SET k 1",
      "MULTI",
      "GET k",
      "EXEC",
      "WATCH k",
      "SET k 2",
      "UNWATCH",
      "MULTI",
      "GET k",
      "EXEC",
      "WATCH k",
      "MULTI",
      "WATCH l",
      "MULTI",
      "UNWATCH",
      "SELECT 1",
      "DBSIZE",
      "EXEC",
      "SELECT 0",
      "WATCH",
      "UNWATCH x",
    ],
  },
];
