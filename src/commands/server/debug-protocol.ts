// DEBUG PROTOCOL: a sample reply of each type, for the tests of clients.

import { latin1Bytes } from "../../lib/bytes.ts";
import { errors } from "../../resp/errors.ts";
import type { ReplyWriter } from "../../resp/reply-writer.ts";

const BIG_NUMBER = "1234567999999999999999999999999999999";

const samples: ReadonlyMap<string, (reply: ReplyWriter) => void> = new Map<
  string,
  (reply: ReplyWriter) => void
>([
  ["string", (reply) => reply.bulkText("Hello World")],
  ["integer", (reply) => reply.int(12345)],
  // biome-ignore lint/suspicious/noApproximativeNumericConstant: the sample Redis gives, no approximation.
  ["double", (reply) => reply.double(3.141)],
  ["bignum", writeBigNumber],
  ["null", (reply) => reply.null()],
  [
    "array",
    (reply) => {
      reply.array(3);
      for (let i = 0; i < 3; i++) reply.int(i);
    },
  ],
  [
    "set",
    (reply) => {
      reply.set(3);
      for (let i = 0; i < 3; i++) reply.int(i);
    },
  ],
  [
    "map",
    (reply) => {
      reply.map(3);
      for (let i = 0; i < 3; i++) {
        reply.int(i);
        reply.bool(i === 1);
      }
    },
  ],
  ["attrib", writeAttribute],
  ["push", writePush],
  ["true", (reply) => reply.bool(true)],
  ["false", (reply) => reply.bool(false)],
  ["verbatim", (reply) => reply.verbatim("txt", "This is a verbatim\nstring")],
]);

/** Writes the sample of the type named `kind`, in lower case. */
export function writeProtocolSample(reply: ReplyWriter, kind: string): void {
  const write = samples.get(kind);
  if (write === undefined) {
    reply.error(errors.protocolSample);
    return;
  }
  write(reply);
}

// RESP2 has no big numbers: a bulk string of the digits.
function writeBigNumber(reply: ReplyWriter): void {
  if (reply.protocol === 3) writeRaw(reply, `(${BIG_NUMBER}\r\n`);
  else reply.bulkText(BIG_NUMBER);
}

// Attributes come before a reply; RESP2 leaves them out.
function writeAttribute(reply: ReplyWriter): void {
  if (reply.protocol === 3) {
    writeRaw(reply, "|1\r\n");
    reply.bulkText("key-popularity");
    reply.array(2);
    reply.bulkText("key:123");
    reply.int(90);
  }
  reply.bulkText("Some real reply following the attribute");
}

function writePush(reply: ReplyWriter): void {
  if (reply.protocol === 2) {
    reply.error(errors.resp3Only);
    return;
  }
  reply.push(2);
  reply.bulkText("server-cpu-usage");
  reply.int(42);
  reply.bulkText("Some real reply following the push reply");
}

function writeRaw(reply: ReplyWriter, text: string): void {
  const bytes = latin1Bytes(text);
  reply.raw(bytes, 0, bytes.length);
}
