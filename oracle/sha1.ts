// SHA-1 of Latin-1 text, as hexadecimal digits: the names of scripts.

const BLOCK_BYTES = 64;

export function sha1(text: string): string {
  const blocks = Math.ceil((text.length + 9) / BLOCK_BYTES);
  const bytes = new Uint8Array(blocks * BLOCK_BYTES);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  bytes[text.length] = 0x80;
  const view = new DataView(bytes.buffer);
  view.setBigUint64(bytes.length - 8, BigInt(text.length) * 8n);
  const state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];
  for (let at = 0; at < bytes.length; at += BLOCK_BYTES) mix(state, view, at);
  return state.map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}

function mix(state: number[], view: DataView, at: number): void {
  const words = Array.from({ length: 16 }, (_, i) => view.getUint32(at + i * 4));
  const word = (i: number): number => words[i] as number;
  for (let i = 16; i < 80; i++)
    words.push(turned(word(i - 3) ^ word(i - 8) ^ word(i - 14) ^ word(i - 16), 1));
  let [a = 0, b = 0, c = 0, d = 0, e = 0] = state;
  for (let i = 0; i < 80; i++) {
    const next = (turned(a, 5) + chosenBits(i, b, c, d) + e + constantOf(i) + word(i)) | 0;
    [a, b, c, d, e] = [next, a, turned(b, 30), c, d];
  }
  for (const [i, value] of [a, b, c, d, e].entries()) state[i] = ((state[i] as number) + value) | 0;
}

function turned(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

function chosenBits(round: number, b: number, c: number, d: number): number {
  if (round < 20) return (b & c) | (~b & d);
  return round >= 40 && round < 60 ? (b & c) | (b & d) | (c & d) : b ^ c ^ d;
}

const constants = [0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6] as const;

function constantOf(round: number): number {
  return constants[Math.floor(round / 20)] as number;
}
