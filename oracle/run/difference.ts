// Difference: where server and oracle part, as it is told.

import type { Words } from "../../compat/resp/request.ts";
import type { Reply } from "../reply.ts";

export type Difference = {
  /** Which of the operations performed it was. */
  readonly index: number;
  /** The call that differed: the operation's own, or one made for it. */
  readonly words: Words;
  readonly reason: string;
  readonly expected: string;
  readonly actual: string;
};

/** The same, of another operation. */
export function foundAt(found: Difference | undefined, index: number): Difference | undefined {
  return found === undefined ? undefined : { ...found, index };
}

/** An exception is a difference like any other: it is shrunk and filed. */
export function brokenBy(who: "server" | "oracle", error: unknown, index: number, words: Words): Difference {
  const stack = error instanceof Error ? (error.stack ?? error.message) : `${error}`;
  const lines = stack.split("\n").slice(0, 4);
  const places = lines.map((line) => line.trim().replace(/file:\/\/\S*\/(?=(src|oracle)\/)/, ""));
  return {
    index,
    words,
    reason: `the ${who} broke: ${places.join(" ")}`,
    expected: "no exception",
    actual: "",
  };
}

/** What was expected, for people to read. `encoded`: as bytes, where one answer is right. */
export function describe(reply: Reply, encoded: string | undefined): string {
  if (encoded !== undefined) return encoded;
  if (reply.kind === "chosen") return reply.expected;
  if (reply.kind === "between") return `an integer in ${reply.low}..${reply.high}`;
  return JSON.stringify(reply, (_, value: unknown) => (typeof value === "bigint" ? `${value}` : value));
}
