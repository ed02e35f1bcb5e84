// SHA-256, written from its description (FIPS 180-4) and from nothing of src/: the digests of passwords.

/** The 64 hexadecimal digits of the SHA-256 of a Latin-1 text. */
export function sha256Hex(text: string): string {
  const message = padded(text);
  const hash = [...initial];
  const words = new Array<number>(64).fill(0);
  for (let at = 0; at < message.length; at += 64) {
    for (let i = 0; i < 16; i++) words[i] = wordAt(message, at + 4 * i);
    for (let i = 16; i < 64; i++) {
      const [a, b] = [word(words, i - 15), word(words, i - 2)];
      const s0 = turn(a, 7) ^ turn(a, 18) ^ (a >>> 3);
      const s1 = turn(b, 17) ^ turn(b, 19) ^ (b >>> 10);
      words[i] = (word(words, i - 16) + s0 + word(words, i - 7) + s1) | 0;
    }
    let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = hash;
    for (let i = 0; i < 64; i++) {
      const choice = (e & f) ^ (~e & g);
      const t1 =
        (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + choice + word(rounds, i) + word(words, i)) | 0;
      const t2 = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
    }
    for (const [i, each] of [a, b, c, d, e, f, g, h].entries()) hash[i] = (word(hash, i) + each) | 0;
  }
  return hash.map((each) => (each >>> 0).toString(16).padStart(8, "0")).join("");
}

// The first 32 bits of the fractional parts of the roots of the first primes: square roots of 8, cube roots of 64.
const primes = Array.from({ length: 312 }, (_, n) => n).filter(
  (n) => n > 1 && Array.from({ length: n }, (_, i) => i).every((i) => i < 2 || n % i !== 0),
);
const initial = primes.slice(0, 8).map((p) => fraction(p, 2n));
const rounds = primes.slice(0, 64).map((p) => fraction(p, 3n));

// floor(root * 2^32) modulo 2^32, by halving: exact, where floating point is not.
function fraction(prime: number, degree: bigint): number {
  const wanted = BigInt(prime) << (32n * degree);
  let low = 0n;
  let high = 1n << 40n;
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (middle ** degree <= wanted) low = middle;
    else high = middle;
  }
  return Number(BigInt.asIntN(32, low));
}

// The text's bytes, 0x80, zeros, and its length in bits, to a multiple of 64 bytes.
function padded(text: string): number[] {
  const bytes = [...text].map((each) => each.charCodeAt(0));
  const bits = BigInt(bytes.length) * 8n;
  bytes.push(0x80);
  while (bytes.length % 64 !== 56) bytes.push(0);
  for (let shift = 56n; shift >= 0n; shift -= 8n) bytes.push(Number((bits >> shift) & 0xffn));
  return bytes;
}

function wordAt(bytes: readonly number[], at: number): number {
  return (
    (word(bytes, at) << 24) | (word(bytes, at + 1) << 16) | (word(bytes, at + 2) << 8) | word(bytes, at + 3)
  );
}

function word(words: readonly number[], i: number): number {
  return words[i] ?? 0;
}

function turn(value: number, by: number): number {
  return (value >>> by) | (value << (32 - by));
}
