// LPUSH, RPUSH, LPUSHX, RPUSHX: elements at an end of a list.

import { writableList } from "../../collections.ts";
import type { Call, OracleCommand } from "../../command.ts";
import { Deque } from "../../elements.ts";
import { type End, listAt, storeList } from "../../lists.ts";
import { integer, type Reply } from "../../reply.ts";
import { wrongType } from "../../strings.ts";

type How = { readonly end: End; readonly mustExist: boolean };

export const pushCommands: readonly OracleCommand[] = [
  command("lpush", { end: "left", mustExist: false }),
  command("lpushx", { end: "left", mustExist: true }),
  command("rpush", { end: "right", mustExist: false }),
  command("rpushx", { end: "right", mustExist: true }),
];

function command(name: string, how: How): OracleCommand {
  return { name, arity: -3, class: "exact", run: (call) => push(call, how) };
}

function push(call: Call, { end, mustExist }: How): Reply {
  const [, key = "", ...added] = call.words;
  const before = listAt(call, key);
  if (before === "wrong type") return wrongType;
  if (before === undefined && mustExist) return integer(0);
  const old = writableList(call, before?.value);
  // One by one, so that the last word comes to stand outermost.
  if (old instanceof Deque) {
    for (const word of added) old.push(end, word);
    storeList(call, key, old, before);
    return integer(old.length);
  }
  const after = end === "left" ? [...added.reverse(), ...old] : [...old, ...added];
  storeList(call, key, after, before);
  return integer(after.length);
}
