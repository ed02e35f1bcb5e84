// BITOP: AND, OR, XOR or NOT over strings, stored at a key; the shorter ones go on in zeros.

import type { OracleCommand } from "../../command.ts";
import { errors } from "../../errors.ts";
import { error, integer } from "../../reply.ts";
import { rawEntry, stringAt, syntaxError, wrongType } from "../../strings.ts";

const operations: ReadonlyMap<string, (a: number, b: number) => number> = new Map([
  ["AND", (a: number, b: number) => a & b],
  ["OR", (a: number, b: number) => a | b],
  ["XOR", (a: number, b: number) => a ^ b],
  ["NOT", (a: number) => ~a & 0xff],
]);

export const bitop: OracleCommand = {
  name: "bitop",
  arity: -4,
  class: "exact",
  run(call) {
    const { model, session, words } = call;
    const name = (words[1] as string).toUpperCase();
    const operation = operations.get(name);
    if (operation === undefined) return syntaxError;
    if (name === "NOT" && words.length !== 4) return error(errors.bitopNotSources);
    const sources: string[] = [];
    for (const key of words.slice(3)) {
      const entry = stringAt(call, key);
      if (entry === "wrong type") return wrongType;
      sources.push(entry?.value ?? "");
    }
    const length = Math.max(...sources.map((source) => source.length));
    const target = words[2] as string;
    if (length === 0) {
      model.delete(session.db, target);
      return integer(0);
    }
    const parts: string[] = [];
    for (let i = 0; i < length; i++) {
      const bytes = sources.map((source) => source.charCodeAt(i) || 0); // NaN behind the end
      const byte =
        bytes.length > 1 ? bytes.reduce(operation) : name === "NOT" ? operation(bytes[0] ?? 0, 0) : bytes[0];
      parts.push(String.fromCharCode(byte ?? 0));
    }
    model.set(session.db, target, rawEntry(parts.join(""), undefined));
    return integer(length);
  },
};
