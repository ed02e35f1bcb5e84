import { expect, test } from "vitest";
import { latin1Text } from "../../lib/bytes.ts";
import { ReplyWriter } from "../../resp/reply-writer.ts";
import { writeProtocolSample } from "./debug-protocol.ts";

function sampleOf(kind: string, protocol: 2 | 3): string {
  let text = "";
  const take = (buffer: Uint8Array, length: number): Uint8Array => {
    text += latin1Text(buffer, 0, length);
    return buffer;
  };
  const reply = new ReplyWriter({ take });
  reply.protocol = protocol;
  writeProtocolSample(reply, kind);
  reply.flush();
  return text;
}

// Replies of a Redis 7.0.15: RESP2, then RESP3 where it differs.
const samples: Readonly<Record<string, readonly [resp2: string, resp3?: string]>> = {
  string: ["$11\r\nHello World\r\n"],
  integer: [":12345\r\n"],
  double: ["$5\r\n3.141\r\n", ",3.141\r\n"],
  bignum: ["$37\r\n1234567999999999999999999999999999999\r\n", "(1234567999999999999999999999999999999\r\n"],
  null: ["$-1\r\n", "_\r\n"],
  array: ["*3\r\n:0\r\n:1\r\n:2\r\n"],
  set: ["*3\r\n:0\r\n:1\r\n:2\r\n", "~3\r\n:0\r\n:1\r\n:2\r\n"],
  map: ["*6\r\n:0\r\n:0\r\n:1\r\n:1\r\n:2\r\n:0\r\n", "%3\r\n:0\r\n#f\r\n:1\r\n#t\r\n:2\r\n#f\r\n"],
  attrib: [
    "$39\r\nSome real reply following the attribute\r\n",
    "|1\r\n$14\r\nkey-popularity\r\n*2\r\n$7\r\nkey:123\r\n:90\r\n$39\r\nSome real reply following the attribute\r\n",
  ],
  push: [
    "-ERR RESP2 is not supported by this command\r\n",
    ">2\r\n$16\r\nserver-cpu-usage\r\n:42\r\n$40\r\nSome real reply following the push reply\r\n",
  ],
  verbatim: ["$25\r\nThis is a verbatim\nstring\r\n", "=29\r\ntxt:This is a verbatim\nstring\r\n"],
  true: [":1\r\n", "#t\r\n"],
  false: [":0\r\n", "#f\r\n"],
};

for (const [kind, [resp2, resp3 = resp2]] of Object.entries(samples)) {
  test(`the sample of type ${kind} is Redis's in both protocols`, () => {
    expect(sampleOf(kind, 2)).toBe(resp2);
    expect(sampleOf(kind, 3)).toBe(resp3);
  });
}

test("a type that is not known is an error", () => {
  expect(sampleOf("hash", 3)).toMatch(/^-ERR Wrong protocol type name\. /);
});
