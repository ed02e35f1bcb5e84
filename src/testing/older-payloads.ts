// Older payloads: values in the forms that Redis before 7 wrote, each with its RDB type in front.

// What Redis before 7 wrote: a ziplist of texts and integers, a zipmap of texts.
function ziplist(texts: readonly string[]): Buffer {
  const parts: Buffer[] = [];
  let before = 0;
  for (const each of texts) {
    const lead = before < 254 ? Buffer.of(before) : Buffer.alloc(5, 0xfe);
    if (before >= 254) lead.writeUInt32LE(before, 1);
    const value = Number(each);
    let body: Buffer;
    if (/^-?\d{1,9}$/.test(each) && `${value}` === each) {
      if (value >= 0 && value <= 12) body = Buffer.of(0xf1 + value);
      else if (value >= -128 && value < 128) body = Buffer.of(0xfe, value & 0xff);
      else if (value >= -0x8000 && value < 0x8000) body = Buffer.of(0xc0, value & 0xff, (value >> 8) & 0xff);
      else if (value >= -0x800000 && value < 0x800000) {
        body = Buffer.of(0xf0, value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff);
      } else {
        body = Buffer.alloc(5, 0xd0);
        body.writeInt32LE(value, 1);
      }
    } else {
      const bytes = Buffer.from(each, "latin1");
      const { length } = bytes;
      const head =
        length < 64
          ? Buffer.of(length)
          : length < 16_384
            ? Buffer.of(0x40 | (length >> 8), length & 0xff)
            : Buffer.of(0x80, length >>> 24, (length >> 16) & 0xff, (length >> 8) & 0xff, length & 0xff);
      body = Buffer.concat([head, bytes]);
    }
    parts.push(Buffer.concat([lead, body]));
    before = lead.length + body.length;
  }
  const entries = Buffer.concat(parts);
  const head = Buffer.alloc(10);
  head.writeUInt32LE(11 + entries.length, 0);
  head.writeUInt32LE(10 + entries.length - (parts.at(-1)?.length ?? 0), 4);
  head.writeUInt16LE(texts.length, 8);
  return Buffer.concat([head, entries, Buffer.of(0xff)]);
}

function zipmap(texts: readonly string[]): Buffer {
  const length = (n: number): Buffer => (n < 254 ? Buffer.of(n) : Buffer.of(254, n & 0xff, n >> 8, 0, 0));
  const parts = texts.map((each, i) => {
    const bytes = Buffer.from(each, "latin1");
    const free = i % 2 === 1 ? bytes.length % 3 : 0;
    const middle = i % 2 === 1 ? Buffer.of(free) : Buffer.alloc(0);
    return Buffer.concat([length(bytes.length), middle, bytes, Buffer.alloc(free)]);
  });
  return Buffer.concat([Buffer.of(Math.min(254, texts.length / 2)), ...parts, Buffer.of(0xff)]);
}

/** A string of RDB, below 16384 bytes, as it stands. */
export function rdbString(bytes: Uint8Array): Buffer {
  const { length } = bytes;
  return Buffer.concat([
    length < 64 ? Buffer.of(length) : Buffer.of(0x40 | (length >> 8), length & 0xff),
    bytes,
  ]);
}

/** By what they are. */
export const olderPayloads: Readonly<Record<string, Buffer>> = {
  "hash as zipmap": Buffer.concat([
    Buffer.of(9),
    rdbString(zipmap(["a", "1", "field", "x".repeat(300), "", "no"])),
  ]),
  "hash as ziplist": Buffer.concat([
    Buffer.of(13),
    rdbString(
      ziplist([
        "a",
        "12",
        "b",
        "-128",
        "c",
        "30000",
        "d",
        "-8388608",
        "e",
        "2000000000",
        "f",
        "y".repeat(300),
        "g",
        "13",
      ]),
    ),
  ]),
  "sorted set as ziplist": Buffer.concat([
    Buffer.of(12),
    rdbString(ziplist(["a", "-1", "b", "1.5", "c", "1.5", "7", "200"])),
  ]),
  "sorted set with text scores": Buffer.concat([
    Buffer.of(3, 4, 1, 97, 3, 49, 46, 53, 1, 98, 254, 1, 99, 255, 1, 100, 2, 45, 49),
  ]),
  "list as elements": Buffer.concat([
    Buffer.of(1, 3),
    rdbString(Buffer.from("a")),
    Buffer.of(0xc0, 5),
    rdbString(Buffer.from("a")),
  ]),
  "list as ziplist": Buffer.concat([Buffer.of(10), rdbString(ziplist(["a", "b", "12345", "z".repeat(100)]))]),
  "list as ziplists": Buffer.concat([
    Buffer.of(14, 2),
    rdbString(ziplist(["a", "b"])),
    rdbString(ziplist(["c", "7"])),
  ]),
};
