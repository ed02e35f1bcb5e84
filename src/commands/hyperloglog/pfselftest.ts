// PFSELFTEST: checks on the spot that registers keep what is written, and that sparse and dense ones count alike and
// nearly right. Fewer elements are added than in Redis (100 thousand, not 10 million), to not stop the server for long.

import { EntryView } from "../../keyspace/entry-view.ts";
import type { Rng } from "../../lib/rng.ts";
import { errors } from "../../resp/errors.ts";
import { defineCommand } from "../define.ts";
import { DENSE_VALUE_BYTES, EMPTY_VALUE_BYTES, HyperLogLog, type ValueOwner } from "./hyperloglog.ts";
import { DENSE_BYTES, denseRegister, REGISTERS, setDenseRegister } from "./registers.ts";

const ROUNDS = 10;
const ELEMENTS = 100_000;
const STANDARD_ERRORS = 6;

export const pfselftest = defineCommand({
  name: "pfselftest",
  summary: "Checks that HyperLogLogs work.",
  since: "2.8.9",
  group: "hyperloglog",
  complexity: "O(1), though not a small one.",
  flags: ["admin"],
  syntax: [],
  docFlags: ["syscmd"],
  class: "exact",
  run({ reply, server }) {
    const failure = testRegisters(server.rng) ?? testCounts(server.rng, server.config.hllSparseMaxBytes);
    if (failure === undefined) reply.ok();
    else reply.error(errors.hyperLogLogSelfTest(failure));
  },
});

function testRegisters(rng: Rng): string | undefined {
  const packed = new Uint8Array(DENSE_BYTES);
  const plain = new Uint8Array(REGISTERS);
  for (let round = 0; round < ROUNDS; round++) {
    for (let i = 0; i < REGISTERS; i++) {
      plain[i] = rng.below(64);
      setDenseRegister(packed, 0, i, plain[i] as number);
    }
    for (let i = 0; i < REGISTERS; i++) {
      const value = denseRegister(packed, 0, i);
      if (value !== plain[i]) return `Register ${i} should be ${plain[i]} but is ${value}`;
    }
  }
  return undefined;
}

function testCounts(rng: Rng, sparseBytesMax: number): string | undefined {
  const sparse = newHyperLogLog();
  const dense = newHyperLogLog();
  dense.becomeDense();
  const element = new Uint8Array(8);
  const words = new DataView(element.buffer);
  words.setUint32(4, rng.u32());
  for (let i = 1, checkpoint = 1; i <= ELEMENTS; i++) {
    words.setUint32(0, i);
    dense.add(element, 0, 8, 0);
    sparse.add(element, 0, 8, sparseBytesMax);
    if (i < checkpoint) continue;
    if (i < sparseBytesMax / 2 && sparse.isDense) return "sparse encoding not used";
    const count = dense.count();
    if (count !== sparse.count()) return "dense/sparse disagree";
    const error = Math.abs(checkpoint - count);
    // Of so few, two in the same register are likelier than the standard error says.
    const errorMax = i <= 10 ? 1 : Math.ceil((1.04 / Math.sqrt(REGISTERS)) * STANDARD_ERRORS * checkpoint);
    if (error > errorMax) return `Too big error. card:${checkpoint} abserr:${error}`;
    checkpoint *= 10;
  }
  return undefined;
}

// One that no key holds, with room for what it may become.
function newHyperLogLog(): HyperLogLog {
  const view = new EntryView(new Uint8Array(DENSE_VALUE_BYTES * 2));
  view.valueEnd = EMPTY_VALUE_BYTES;
  const owner: ValueOwner = {
    resize(_, length) {
      view.valueEnd = length;
    },
  };
  const value = new HyperLogLog(view, owner);
  value.initialize();
  return value;
}
