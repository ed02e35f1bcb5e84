import fc from "fast-check";
import { expect, test } from "vitest";
import { type Operation, readScript, writeOperation, writeSetting } from "./operation.ts";

const word = fc.array(fc.nat({ max: 255 })).map((bytes) => String.fromCharCode(...bytes));
const client = fc.nat({ max: 9 });
const options = fc.array(word, { maxLength: 4 });
const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({
    kind: fc.constant("call" as const),
    client,
    words: fc.array(word, { minLength: 1, maxLength: 5 }),
    isPipelined: fc.boolean(),
    fullName: fc.constant(""),
  }),
  fc.record({ kind: fc.constant("advance" as const), ms: fc.nat() }),
  fc.record({ kind: fc.constantFrom("walk" as const, "scan" as const), client, options }),
  fc.record({ kind: fc.constant("reconnect" as const), client }),
  fc.constant({ kind: "state" as const }),
);

test("operations survive being written as lines and read back", () => {
  fc.assert(
    fc.property(fc.array(operation), (operations) => {
      const lines = operations.map((each) => writeOperation(each));
      expect(readScript(`# a remark\n${lines.join("\n")}\n`).operations).toEqual(operations);
    }),
  );
});

test("the setting of a server survives too", () => {
  expect(readScript(writeSetting({ shards: 4, seed: 7 })).setting).toEqual({ shards: 4, seed: 7 });
});

test("a line that is no operation is refused", () => {
  expect(() => readScript("SET a b")).toThrow("not an operation");
});
