// Seeds: the numbers that a batch runs: drawn from one base, so that a whole batch can be repeated.

const MASK = 0xffff_ffff_ffff_ffffn;

/** The `index`th seed of `base` (splitmix64's output function): distinct for distinct indexes. */
export function seedOf(base: string, index: number): string {
  let z = (BigInt(base) + 0x9e37_79b9_7f4a_7c15n * BigInt(index + 1)) & MASK;
  z = ((z ^ (z >> 30n)) * 0xbf58_476d_1ce4_e5b9n) & MASK;
  z = ((z ^ (z >> 27n)) * 0x94d0_49bb_1331_11ebn) & MASK;
  return hex64(z ^ (z >> 31n));
}

/** `text` as "0x" and 16 digits; undefined when it is no number of up to 64 bits. */
export function readSeed(text: string): string | undefined {
  if (!/^(0x[0-9a-f]{1,16}|\d{1,20})$/i.test(text)) return undefined;
  const value = BigInt(text);
  return value > MASK ? undefined : hex64(value);
}

/** Seeds of a corpus file: one on each line, with a scenario and a profile where it is bound to them. */
export type CorpusSeed = {
  readonly seed: string;
  readonly scenario: string | undefined;
  readonly profile: string | undefined;
};

/** Throws on a line that is neither empty, a comment nor a seed. */
export function readCorpus(text: string): CorpusSeed[] {
  return text
    .split("\n")
    .map((line) => line.replace(/#.*/, "").trim())
    .filter((line) => line !== "")
    .map((line) => {
      const [number = "", scenario, profile] = line.split(/\s+/);
      const seed = readSeed(number);
      if (seed === undefined) throw new Error(`no seed: ${line}`);
      return { seed, scenario, profile };
    });
}

function hex64(value: bigint): string {
  return `0x${value.toString(16).padStart(16, "0")}`;
}
