import fc from "fast-check";
import { expect, test } from "vitest";
import { quote, splitArguments } from "./split-arguments.ts";

const byteString = fc.uint8Array({ maxLength: 20 }).map((bytes) => String.fromCharCode(...bytes));

test("quoted arguments are read back as the same bytes", () => {
  fc.assert(
    fc.property(fc.array(byteString), (args) => {
      expect(splitArguments(args.map(quote).join(" "))).toEqual(args);
    }),
  );
});

test("quotes and escapes are read as redis.conf writes them", () => {
  expect(splitArguments(" a  b\t'c d' \"e\\x41\\n\\\"\" f\"g h\" '' \"\\q\" 'i\\'j\\n'")).toEqual([
    "a",
    "b",
    "c d",
    'eA\n"',
    "fg h",
    "",
    "q",
    "i'j\\n",
  ]);
});

test("a quote that is not closed, or is followed by more of a word, is refused", () => {
  for (const line of ['"', "'a", '"a"b', "'a'b", '"a\\', 'x "a\\"'])
    expect(splitArguments(line)).toBeUndefined();
});
