// SHA-1 in hexadecimal: the names of scripts, and redis.sha1hex. Not for secrets.

const words = new Int32Array(80);

/** The 40 hexadecimal digits of the SHA-1 of bytes[start, end). */
export function sha1Hex(bytes: Uint8Array, start: number, end: number): string {
  let h0 = 0x67452301;
  let h1 = 0xefcdab89 | 0;
  let h2 = 0x98badcfe | 0;
  let h3 = 0x10325476;
  let h4 = 0xc3d2e1f0 | 0;
  const length = end - start;
  const blocks = (length + 72) >>> 6;
  for (let block = 0; block < blocks; block++) {
    for (let i = 0; i < 16; i++) words[i] = wordAt(bytes, start, length, block * 64 + i * 4);
    if (block === blocks - 1) {
      words[14] = Math.floor(length / 0x20000000);
      words[15] = length << 3;
    }
    for (let i = 16; i < 80; i++) {
      const mixed =
        (words[i - 3] as number) ^
        (words[i - 8] as number) ^
        (words[i - 14] as number) ^
        (words[i - 16] as number);
      words[i] = (mixed << 1) | (mixed >>> 31);
    }
    let a = h0;
    let b = h1;
    let c = h2;
    let d = h3;
    let e = h4;
    for (let i = 0; i < 80; i++) {
      let mixed: number;
      if (i < 20) mixed = ((b & c) | (~b & d)) + 0x5a827999;
      else if (i < 40) mixed = (b ^ c ^ d) + 0x6ed9eba1;
      else if (i < 60) mixed = ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
      else mixed = (b ^ c ^ d) + 0xca62c1d6;
      const next = (((a << 5) | (a >>> 27)) + mixed + e + (words[i] as number)) | 0;
      e = d;
      d = c;
      c = (b << 30) | (b >>> 2);
      b = a;
      a = next;
    }
    h0 = (h0 + a) | 0;
    h1 = (h1 + b) | 0;
    h2 = (h2 + c) | 0;
    h3 = (h3 + d) | 0;
    h4 = (h4 + e) | 0;
  }
  return [h0, h1, h2, h3, h4].map((each) => (each >>> 0).toString(16).padStart(8, "0")).join("");
}

// Four bytes of the padded message, big-endian: the bytes, 0x80, and zeros.
function wordAt(bytes: Uint8Array, start: number, length: number, at: number): number {
  const i = start + at;
  if (at + 4 <= length) {
    const [a, b] = [bytes[i] as number, bytes[i + 1] as number];
    return (a << 24) | (b << 16) | ((bytes[i + 2] as number) << 8) | (bytes[i + 3] as number);
  }
  let word = 0;
  for (let k = 0; k < 4; k++) {
    const byte = at + k < length ? (bytes[i + k] as number) : at + k === length ? 0x80 : 0;
    word = (word << 8) | byte;
  }
  return word;
}
