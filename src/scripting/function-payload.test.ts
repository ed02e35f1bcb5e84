import { expect, test } from "vitest";
import { dumpLibraries, readLibraries } from "./function-payload.ts";

test("libraries that were read are copies, also of bytes in a Buffer that is used again", () => {
  const codes = ["#!lua name=a\nreturn 1", "x".repeat(200)].map((text) => Buffer.from(text));
  const payload = Buffer.from(dumpLibraries(codes, true));
  const read = readLibraries(payload, 0, payload.length, 1024);
  payload.fill(0xdd);
  expect(read.ok && read.codes.map((code) => Buffer.from(code).toString())).toEqual(
    codes.map((code) => code.toString()),
  );
});
