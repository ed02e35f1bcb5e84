import { expect, test } from "vitest";
import { leftOut } from "../differential/by-design.ts";
import { readPayloads } from "../differential/payloads.ts";
import { type HeldKeys, readHeld } from "../durability/held.ts";
import { Chance } from "../generator/chance.ts";
import { targets } from "../generator/declared.ts";
import { drawCall } from "../generator/generate.ts";
import { drawKey } from "../generator/pools.ts";
import { isOfLaterVersion } from "../generator/unsuitable.ts";
import { RawConnection } from "../resp/raw-connection.ts";
import { encodeRequest, type Words } from "../resp/request.ts";
import { ask, askUntil, bothServers, hasStock } from "./both.ts";

const portBase = 7594;
const { pair } = bothServers(portBase, [
  ...["--repl-diskless-sync-delay", "0"],
  // So that limits are cheap to reach.
  ...["--proto-max-bulk-len", "1mb"],
]);
const stockTest = test.skipIf(!hasStock);
const seed = Number(process.env["REPLICA_SEED"] ?? 7);
const callsOfEach = Number(process.env["REPLICA_CALLS"] ?? 3000);
const rounds = 8;

const writers = targets.filter(
  ({ fullName, isWrite, isBlocking, isNewerThanStock }) =>
    isWrite && !isBlocking && !isNewerThanStock && !(fullName in leftOut),
);

/** Calls that write, of all types, in several databases, some of them in transactions. */
async function writeSome(
  connection: RawConnection,
  chance: Chance,
  payloads: readonly string[],
): Promise<void> {
  for (let left = callsOfEach; left > 0; ) {
    const calls: Words[] = [];
    if (chance.oneIn(4)) calls.push(["SELECT", `${chance.between(0, 3)}`]);
    const isTransaction = chance.oneIn(10);
    if (isTransaction) calls.push(["MULTI"]);
    for (let i = chance.between(1, 40); i > 0; i--) {
      const call = drawCall(chance.pick(writers), chance, { payloads });
      // Emptied every few thousand calls it would never hold much.
      if (
        call === undefined ||
        isOfLaterVersion(call) ||
        (/^flush/.test(call.target.fullName) && !chance.oneIn(60))
      )
        continue;
      calls.push(call.words);
    }
    if (chance.oneIn(5)) calls.push(["PEXPIRE", drawKey(chance), `${chance.between(1, 100)}`]);
    if (isTransaction) calls.push(["EXEC"]);
    connection.send(Buffer.concat(calls.map(encodeRequest)));
    await connection.take(calls.length, 30_000);
    left -= calls.length;
  }
}

async function held(connection: RawConnection): Promise<HeldKeys[]> {
  const found: HeldKeys[] = [];
  for (let db = 0; db < 16; db += 2) found.push(...(await readHeld(connection, [db, db + 1], false)).dbs);
  return found;
}

/** What both hold, as lines; a key whose time may be over while they are read is left out. */
function linesOf(dbs: readonly HeldKeys[], nowMs: number): string[] {
  const lines: string[] = [];
  for (const [db, keys] of dbs.entries()) {
    for (const [key, { type, expireAtMs, words, groups }] of keys) {
      if (expireAtMs >= 0 && expireAtMs < nowMs + 5000) continue;
      const pairs =
        type === "hash"
          ? words.flatMap((word, i) => (i % 2 === 0 ? [`${word}=${words[i + 1]}`] : []))
          : words;
      const items = type === "set" || type === "hash" ? pairs.toSorted() : pairs;
      const pending = [...groups].map(([name, group]) => [name, group.last, [...group.pending]]);
      lines.push(JSON.stringify([db, key, type, expireAtMs, items, pending.toSorted()]));
    }
  }
  return lines.toSorted();
}

stockTest(
  "a stock Redis loads what it is sent and follows, through random writes of all types",
  { timeout: 180_000 },
  async () => {
    const chance = new Chance(seed);
    const payloads = await readPayloads(portBase + 2);
    const hint = `seed ${seed}: REPLICA_SEED=${seed} npx vitest run compat/blackbox/stock-replica.test.ts`;
    const { stock, candidate } = pair();
    const replica = await RawConnection.open({ port: stock.port });
    const master = await RawConnection.open({ port: candidate.port });
    await writeSome(master, chance, payloads);
    await ask(replica, "REPLICAOF", "127.0.0.1", `${candidate.port}`);
    // Both go on at once: a part of this comes while the snapshot is made and sent.
    await writeSome(master, chance, payloads);
    await askUntil(replica, ["INFO", "replication"], (text) => text.includes("master_link_status:up"));
    let compared = 0;
    for (let round = 0; round < rounds; round++) {
      await writeSome(master, chance, payloads);
      await ask(master, "SET", "last", `${round}`);
      expect(await ask(master, "WAIT", "1", "20000"), hint).toBe(":1\r\n");
      const nowMs = Date.now();
      const ours = linesOf(await held(master), nowMs);
      expect(linesOf(await held(replica), nowMs), hint).toEqual(ours);
      compared += ours.length;
    }
    expect(compared, hint).toBeGreaterThan(rounds * 10);
    expect(await ask(replica, "SET", "x", "1")).toMatch(/^-READONLY/);
    const info = await ask(master, "INFO", "replication");
    expect(info).toMatch(/slave0:ip=127\.0\.0\.1,port=\d+,state=online,offset=\d+,lag=[01]\r/);
    expect(/sync_full:(\d+)/.exec(await ask(master, "INFO", "stats"))?.[1], hint).toBe("1");
    for (const each of [replica, master]) each.close();
  },
);
