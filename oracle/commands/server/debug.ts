// DEBUG: what is of use in tests. Of many subcommands only the form is known: they show a server's insides.

import type { Call, OracleCommand } from "../../command.ts";
import { errors, formatted, word } from "../../errors.ts";
import type { Model } from "../../model.ts";
import { int64 } from "../../numbers.ts";
import { type Answer, array, bulk, chosen, error, integer, nil, ok, type Reply } from "../../reply.ts";
import { encodingOf } from "../../state.ts";
import { stringEntry } from "../../strings.ts";
import { wrongUse } from "../connection/client-others.ts";
import { helpText } from "./help.ts";

type Subcommand = { readonly words: (count: number) => boolean; readonly run: (call: Call) => Reply };

export const debug: OracleCommand = {
  name: "debug",
  arity: -2,
  class: "shape",
  isProtected: refusal,
  run(call) {
    const subcommand = subcommands.get((call.words[1] as string).toLowerCase());
    if (subcommand === undefined) return someAnswer;
    return subcommand.words(call.words.length) ? subcommand.run(call) : wrongUse(call, "DEBUG");
  },
};

// "local" depends on where a client comes from; every client is taken to be local.
function refusal(model: Model): string | undefined {
  return model.directive("enable-debug-command") === "no" ? errors.debugNotAllowed : undefined;
}

const someAnswer: Reply = chosen("some answer", () => true);

const subcommands: ReadonlyMap<string, Subcommand> = new Map<string, Subcommand>([
  ["change-repl-id", { words: (count) => count === 2, run: () => ok }],
  ["digest", { words: (count) => count === 2, run: () => chosen("40 hexadecimal digits", isDigest) }],
  ["digest-value", { words: () => true, run: digestValue }],
  ["error", { words: (count) => count === 3, run: ({ words }) => error(asErrorText(words[2] as string)) }],
  ["help", { words: (count) => count === 2, run: helpText }],
  ["log", { words: (count) => count === 3, run: () => ok }],
  ["object", { words: (count) => count === 3, run: object }],
  ["populate", { words: (count) => count >= 3 && count <= 5, run: populate }],
  ["protocol", { words: (count) => count === 3, run: protocolSample }],
  ["set-active-expire", { words: (count) => count === 3, run: () => ok }],
  ["sleep", { words: (count) => count === 3, run: () => ok }],
]);

function isDigest(answer: Answer): boolean {
  return answer.kind === "simple" && /^[\da-f]{40}$/.test(answer.text);
}

// A missing key has a digest of zeros, another never. One whose time is over may still be there.
function digestValue({ model, session, words }: Call): Reply {
  const digests = words.slice(2).map((key) => {
    const isThere = model.get(session.db, key) !== undefined;
    const isOver = !isThere && model.databases[session.db]?.has(key) === true;
    return chosen(isThere ? "a digest" : "zeros", (answer) => {
      if (answer.kind !== "simple" || !isDigest(answer)) return false;
      return isOver || /[^0]/.test(answer.text) === isThere;
    });
  });
  return array(digests);
}

// Line ends cannot stand in an error.
function asErrorText(given: string): string {
  return given.replaceAll(/[\r\n]/g, " ");
}

function object({ model, session, words }: Call): Reply {
  const key = words[2] as string;
  const entry = model.databases[session.db]?.get(key);
  if (entry === undefined) return error(errors.noSuchKey);
  const isLive = model.get(session.db, key) !== undefined;
  const encoding = `encoding:${encodingOf(entry)}`;
  return chosen(`a line with ${encoding}`, (answer) => {
    // One whose time is over may still be there.
    if (answer.kind === "error") return !isLive && answer.text === errors.noSuchKey;
    return answer.kind === "simple" && answer.text.split(" ").includes(encoding);
  });
}

const KEY_BYTES_MAX = 127; // what Redis's buffer for the name holds

// Keys "key:0", "key:1" ... that are not there yet, each with "value:0" ... , cut or filled with zeros to a size.
function populate({ model, session, words }: Call): Reply {
  const count = int64(words[2] as string);
  if (!isPositive(count)) return error(errors.mustBePositive);
  const size = words.length === 5 ? int64(words[4] as string) : 0n;
  if (!isPositive(size)) return error(errors.mustBePositive);
  const prefix = words.length > 3 ? word(words[3] as string) : "key";
  for (let i = 0; i < count; i++) {
    const key = `${prefix}:${i}`.slice(0, KEY_BYTES_MAX);
    if (model.get(session.db, key) !== undefined) continue;
    const value = `value:${i}`;
    const sized = size === 0n ? value : value.slice(0, Number(size)).padEnd(Number(size), "\0");
    model.set(session.db, key, stringEntry(sized));
  }
  return ok;
}

function isPositive(value: bigint | undefined): value is bigint {
  return value !== undefined && value >= 0n;
}

const rest = "Some real reply following the ";

function protocolSample({ session, words }: Call): Reply {
  const isThird = session.protocol === 3;
  const zeroToTwo = [integer(0), integer(1), integer(2)];
  switch ((words[2] as string).toLowerCase()) {
    case "string":
      return bulk("Hello World");
    case "integer":
      return integer(12345);
    case "double":
      return { kind: "double", text: "3.141" };
    case "null":
      return nil;
    case "array":
      return array(zeroToTwo);
    case "set":
      return { kind: "set", items: zeroToTwo };
    case "map":
      return {
        kind: "map",
        pairs: zeroToTwo.map((key, index) => [key, { kind: "boolean", value: index === 1 }]),
      };
    case "true":
    case "false":
      return { kind: "boolean", value: (words[2] as string).toLowerCase() === "true" };
    case "verbatim":
      return { kind: "verbatim", format: "txt", text: "This is a verbatim\nstring" };
    case "bignum": {
      const digits = "1234567999999999999999999999999999999";
      return isThird ? { kind: "raw", bytes: `(${digits}\r\n` } : bulk(digits);
    }
    case "attrib": {
      const attribute = "|1\r\n$14\r\nkey-popularity\r\n*2\r\n$7\r\nkey:123\r\n:90\r\n";
      const text = `${rest}attribute`;
      return isThird ? { kind: "raw", bytes: `${attribute}$${text.length}\r\n${text}\r\n` } : bulk(text);
    }
    case "push": {
      if (!isThird) return error(errors.resp3Only);
      const push: Reply = { kind: "push", items: [bulk("server-cpu-usage"), integer(42)] };
      return { kind: "sequence", replies: [push, bulk(`${rest}push reply`)] };
    }
    default:
      return error(formatted(errors.protocolSample));
  }
}
