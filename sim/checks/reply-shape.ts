// reply-shape: a reply has a type that its command may answer with, in the protocol the client speaks.
//
// Role: clients read replies by their types, so a null where an empty array belongs breaks them though the bytes
// are well framed. The table below is from the command pages' "Return" sections and from a stock server. A
// command without a row is held to its protocol alone, and counted.

import type { Check } from "../check.ts";
import { commandOf } from "./reference.ts";
import { isErrorReply, quoted, replyFault } from "./reply-grammar.ts";

// Marks a reply may begin with: as RESP2 has it, then as RESP3 has it where that is different.
//   $ bulk, + simple, : integer, * array, _ null (also of RESP2), n null array of RESP2
const shapes: Readonly<Record<string, readonly [resp2: string, resp3?: string]>> = {
  append: [":"],
  auth: ["+"],
  bitcount: [":"],
  bitfield: ["*"],
  bitfield_ro: ["*"],
  bitop: [":"],
  bitpos: [":"],
  "client|getname": ["$_"],
  "client|id": [":"],
  "client|info": ["$", "="],
  "client|kill": ["+:"],
  "client|list": ["$", "="],
  "client|pause": ["+"],
  "client|setinfo": ["+"],
  "client|setname": ["+"],
  "client|unblock": [":"],
  "client|unpause": ["+"],
  "command|count": [":"],
  "command|getkeys": ["*"],
  "command|list": ["*"],
  "config|get": ["*", "%"],
  "config|resetstat": ["+"],
  "config|rewrite": ["+"],
  "config|set": ["+"],
  copy: [":"],
  dbsize: [":"],
  decr: [":"],
  decrby: [":"],
  del: [":"],
  dump: ["$_"],
  echo: ["$"],
  exists: [":"],
  expire: [":"],
  expireat: [":"],
  expiretime: [":"],
  flushall: ["+"],
  flushdb: ["+"],
  get: ["$_"],
  getbit: [":"],
  getdel: ["$_"],
  getex: ["$_"],
  getrange: ["$"],
  getset: ["$_"],
  hello: ["*", "*%"],
  incr: [":"],
  incrby: [":"],
  incrbyfloat: ["$"],
  info: ["$", "="],
  keys: ["*"],
  lolwut: ["$", "="],
  "memory|usage": [":_"],
  mget: ["*"],
  move: [":"],
  mset: ["+"],
  msetnx: [":"],
  "object|encoding": ["$_"],
  "object|freq": [":_"],
  "object|idletime": [":_"],
  "object|refcount": [":_"],
  persist: [":"],
  pexpire: [":"],
  pexpireat: [":"],
  pexpiretime: [":"],
  ping: ["+$*"],
  psetex: ["+"],
  pttl: [":"],
  quit: ["+"],
  randomkey: ["$_"],
  rename: ["+"],
  renamenx: [":"],
  reset: ["+"],
  restore: ["+"],
  role: ["*"],
  scan: ["*"],
  select: ["+"],
  set: ["+$_"],
  setbit: [":"],
  setex: ["+"],
  setnx: [":"],
  setrange: [":"],
  "slowlog|get": ["*"],
  "slowlog|len": [":"],
  "slowlog|reset": ["+"],
  strlen: [":"],
  substr: ["$"],
  swapdb: ["+"],
  time: ["*"],
  touch: [":"],
  ttl: [":"],
  type: ["+"],
  unlink: [":"],
};

export const replyShape: Check = {
  name: "reply-shape",
  promises: ["P10"],
  begin(context) {
    let held = 0;
    let loose = 0;
    return {
      executed({ client, call }) {
        const { words, reply, protocol } = call;
        if (reply === "" || reply === "+QUEUED\r\n" || isErrorReply(reply)) return;
        const command = commandOf(words);
        const row = command === undefined ? undefined : shapes[command.fullName];
        if (command === undefined || row === undefined) {
          loose++;
          const fault =
            command === undefined
              ? "an unknown command has no reply but an error"
              : replyFault(reply, protocol);
          if (fault !== undefined) report(fault);
          return;
        }
        held++;
        const [resp2, resp3 = resp2] = row;
        const allowed = protocol === 3 ? resp3 : resp2;
        const isNull = reply === "$-1\r\n" || reply.startsWith("_");
        const mark = isNull ? "_" : reply === "*-1\r\n" ? "n" : (reply[0] as string);
        if (allowed.includes(mark)) return;
        report(`a reply of type "${mark}", where one of "${allowed}" belongs`);

        function report(fault: string): void {
          const text = `client ${client}, RESP${protocol}, ${quoted(words.join(" "))}: ${fault}: ${quoted(reply)}`;
          const name = command?.fullName ?? "an unknown command";
          context.report({ kind: `type of ${name}`, text, client });
        }
      },
      counts: () => ({ "replies of a known shape": held, "replies of any shape?": loose }),
    };
  },
};

/** Commands that the table names, for a test that each exists. */
export const shapedCommands: readonly string[] = Object.keys(shapes);
