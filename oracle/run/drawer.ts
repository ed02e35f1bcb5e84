// Drawer: what a run does next, from its seed and from what the model knows.
//
// Role: a profile is drawn from time to time (how many clients and keys, how long pipelines are, which families
// are busy), since bugs that need many keys hide among few and the other way round. Then batches of operations.

import type { Chance } from "../../compat/generator/chance.ts";
import { type Target, targets } from "../../compat/generator/declared.ts";
import { type Call, drawCall, type Material, optionWords } from "../../compat/generator/generate.ts";
import { keyCounts, ZipfKeys } from "../../compat/generator/keys.ts";
import { patterns } from "../../compat/generator/pools.ts";
import { passwordInUse } from "../../compat/generator/special-calls.ts";
import { drawClockStepMs } from "../../compat/generator/times.ts";
import { isEndless, isOfLaterVersion } from "../../compat/generator/unsuitable.ts";
import { weightOf } from "../../compat/generator/weights.ts";
import type { Words } from "../../compat/resp/request.ts";
import { notInTransactions } from "./by-design.ts";
import { call, type Operation } from "./operation.ts";
import { storesInDoubt } from "./pipeline.ts";
import { elementSeen, expiringSeen, groupsSeen } from "./seen.ts";
import { readers } from "./sweep.ts";
import type { Trial } from "./trial.ts";

const clientsMax = 4;
const payloadsMax = 48;
const idsMax = 32;
const pipelineLengths = [1, 4, 16, 64];
/** About how many calls lie between two of a kind. */
const clockStepOps = 20;
const scanOps = 100;
const helloOps = 300;
const walkOps = 600;
const leaveOps = 150;
const returnOps = 40;
const reconnectOps = 1500;
const transactionOps = 150;
const readBackOneIn = 4;
const expiringOneIn = 8;
const prepareOneIn = 16;
const againOneIn = 16;
/** What a group was told once counts no more. */
const streamAgainOneIn = 5;
const protocols = ["2", "3"];
/** Databases in which fewer calls meet. */
const others = ["1", "2", "3"];
/** A profile has two of them: one at which the highest ID was added takes no more. */
const streamKeys = [0, 1, 2, 3].map((i) => [`stream${i}`, `{tag1}stream${i}`]);
const wheelKinds = ["whole", "narrow", "family", "family"] as const;

/** By type: values of which commands tell more than of most, the key left out. Elements that are equal, strings that are empty. */
const makers: Readonly<Record<string, readonly Words[]>> = {
  string: [
    ["SET", ""],
    ["SET", "12"],
  ],
  list: [["RPUSH", "a", "b", "a", "c", "b", "a"]],
  hash: [["HSET", "a", "1", "b", "x"]],
  set: [["SADD", "a", "b", "1"]],
  zset: [["ZADD", "1", "a", "2", "b", "2", "c", "-0", "d"]],
};

/** What else a batch may hold by now. */
type Company = { mayTransact: boolean; mayListen: boolean };

const watchTarget = targets.find(({ fullName }) => fullName === "watch");

export type DrawerParts = {
  readonly chance: Chance;
  readonly trial: Trial;
  readonly targets: readonly Target[];
  readonly isStock: boolean;
};

export class Drawer {
  private readonly chance: Chance;
  private readonly trial: Trial;
  private readonly targets: readonly Target[];
  private readonly isVirtual: boolean;
  private readonly isStock: boolean;
  /** Serialised values that the server gave: what RESTORE is fed. */
  private readonly payloads: string[] = [""];
  /** Of entries that were added lately. */
  private readonly ids: string[] = [];
  private readonly clock = { nowMs: 0 };
  private readonly optionsOf = new Map<Target, readonly string[]>();
  private material: Material;
  private wheel: readonly Target[] = [];
  private clients = 1;
  private pipelineMax = 1;
  private db = 0;
  /** Most profiles leave the first database to grow; one that is emptied also maps its memory anew, which costs. */
  private isFlushing = false;

  constructor({ chance, trial, targets, isStock }: DrawerParts) {
    this.chance = chance;
    this.trial = trial;
    this.targets = targets;
    this.isStock = isStock;
    this.isVirtual = trial.subject.hasVirtualClock;
    this.material = {
      payloads: this.payloads,
      ids: this.ids,
      elementAt: (key, from) => elementSeen(trial.oracle.model.get(this.db, key), from),
      groupsAt: (key) => groupsSeen(trial.oracle.model.get(this.db, key)),
      isHeardByNoStock: !isStock,
      ...(this.isVirtual ? { clock: this.clock } : {}),
    };
  }

  /** Draws another profile. */
  begin(): void {
    const { chance, trial } = this;
    this.clients = chance.between(1, clientsMax);
    this.pipelineMax = this.isVirtual ? chance.pick(pipelineLengths) : 64;
    const typeOf = (key: string): string | undefined => trial.oracle.model.get(this.db, key)?.type;
    const keys = new ZipfKeys(chance.pick(keyCounts), chance.below(1024), typeOf);
    // A stream is interesting once it has entries, a group, and consumers that were given some: half of the calls meet
    // at two keys.
    const streams = chance.pick(streamKeys);
    this.material = {
      ...this.material,
      keys: {
        draw: (from, type) => {
          if (type === "stream" && from.oneIn(2)) return from.pick(streams);
          const database = trial.oracle.model.databases[this.db];
          const expiring = from.oneIn(expiringOneIn) ? expiringSeen(database, type, from) : undefined;
          return expiring ?? keys.draw(from, type);
        },
      },
    };
    this.wheel = this.drawWheel();
  }

  /** A reply of DUMP, to be restored later. */
  keepPayload(payload: string): void {
    if (this.payloads.length < payloadsMax) this.payloads.push(payload);
    else this.payloads[this.chance.below(payloadsMax)] = payload;
  }

  /** A reply of XADD, to be asked for later. */
  keepId(id: string): void {
    if (this.ids.length < idsMax) this.ids.push(id);
    else this.ids[this.chance.below(idsMax)] = id;
  }

  /** One call of each command, in any order: so that the shortest run meets all of them. */
  rollCall(isFirst: boolean): Operation[] {
    const { chance } = this;
    this.clock.nowMs = this.trial.subject.nowMs();
    const order = chance.shuffle([...this.targets]);
    // First those that would wait where the rules of a user let nobody call MULTI.
    order.sort((a, b) => Number(b.isBlocking) - Number(a.isBlocking));
    return order.flatMap((target) => {
      // Its answer is always the same, and takes the server as long as thousands of others: one in a run is enough.
      if (target.fullName === "pfselftest" && !isFirst) return [];
      const drawn = this.drawSound(target);
      if (drawn === undefined) return [];
      const operation = this.drawnCall(0, drawn, false);
      if (target.isBlocking) return [call(0, "MULTI"), operation, call(0, "EXEC")];
      if (target.fullName === "multi") return [operation, call(0, "EXEC")];
      return /subscribe$/.test(target.fullName) ? [operation, call(0, "RESET")] : [operation];
    });
  }

  batch(): Operation[] {
    const { chance, trial, isVirtual } = this;
    this.clock.nowMs = trial.subject.nowMs();
    const client = chance.below(this.clients);
    const operations: Operation[] = [];
    if (isVirtual && this.onceIn(clockStepOps)) {
      const ms = drawClockStepMs(chance);
      operations.push({ kind: "advance", ms });
      this.clock.nowMs += ms;
    }
    if (this.onceIn(reconnectOps)) operations.push({ kind: "reconnect", client });
    if (trial.isMuted(client) && chance.oneIn(2)) operations.push(call(client, "CLIENT", "REPLY", "ON"));
    if (trial.isLimited(client) && chance.oneIn(2))
      operations.push(call(client, chance.pick(["RESET", "UNSUBSCRIBE", "PUNSUBSCRIBE", "SUNSUBSCRIBE"])));
    const wasInTransaction = trial.isInTransaction(client);
    if (wasInTransaction && chance.oneIn(2))
      operations.push(call(client, chance.oneIn(10) ? "DISCARD" : "EXEC"));
    if (trial.isLockedOut(client) && chance.oneIn(2)) operations.push(call(client, "AUTH", passwordInUse));
    if (this.onceIn(helloOps)) operations.push(call(client, "HELLO", chance.pick(protocols)));
    this.db = trial.dbOf(client);
    // Most calls meet in database 0, or few would meet at all.
    if (this.onceIn(this.db === 0 ? leaveOps : returnOps)) {
      this.db = this.db === 0 ? chance.between(1, 3) : 0;
      operations.push(call(client, "SELECT", `${this.db}`));
    }
    if (this.onceIn(walkOps)) operations.push({ kind: "walk", client, options: this.walkOptions() });
    if (this.onceIn(scanOps)) operations.push({ kind: "scan", client, options: this.walkOptions() });
    const length = chance.between(1, this.pipelineMax);
    const isTransaction = !wasInTransaction && this.onceIn(transactionOps);
    if (isTransaction && chance.oneIn(3)) this.drawInto(operations, client, watchTarget);
    if (isTransaction) operations.push(pipelined(client, "MULTI"));
    const company: Company = {
      mayTransact: wasInTransaction || isTransaction,
      mayListen: trial.isSubscriber(client),
    };
    for (let i = 0; i < length; i++) this.drawInto(operations, client, chance.pick(this.wheel), company);
    if (isTransaction) operations.push(pipelined(client, "EXEC"));
    return operations;
  }

  // A call that both sides can answer.
  private drawSound(target: Target): Call | undefined {
    const drawn = drawCall(target, this.chance, this.material);
    return drawn === undefined || (this.isStock && isOfLaterVersion(drawn)) ? undefined : drawn;
  }

  private drawInto(
    operations: Operation[],
    client: number,
    target: Target | undefined,
    company?: Company,
  ): void {
    const drawn = target === undefined ? undefined : this.drawSound(target);
    if (drawn === undefined) return;
    const { fullName, group, isBlocking } = drawn.target;
    if (company !== undefined) {
      // A message to oneself stands inside of EXEC's reply, where nobody looks for it.
      const isInside = company.mayTransact;
      const isListening = group === "pubsub" && /subscribe$/.test(fullName);
      if (group === "pubsub" && isInside && (company.mayListen || isListening)) return;
      if (this.isStock && isInside && (notInTransactions.has(fullName) || storesInDoubt(drawn.words))) return;
      // Left out of EXEC's reply it leaves a hole there.
      if (fullName === "client|reply" && isInside) return;
      if (isListening) company.mayListen = true;
      if (fullName === "multi") {
        if (company.mayListen) return;
        company.mayTransact = true;
      }
    }
    const operation = this.drawnCall(client, drawn, operations.length > 0);
    if (isBlocking && !this.mayWrap(client, operations)) return;
    // Inside of EXEC nobody waits. Who waits, and who serves him, is the simulator's matter.
    if (isBlocking) operations.push(pipelined(client, "MULTI"), operation, pipelined(client, "EXEC"));
    else {
      this.drawPreparation(operations, client, drawn);
      operations.push(operation);
    }
    const { chance } = this;
    if (drawn.target.isWrite && chance.oneIn(readBackOneIn)) this.drawReadBack(operations, client, drawn);
    if (drawn.target.keyType !== undefined || group === "generic") {
      const oneIn = drawn.target.keyType === "stream" ? streamAgainOneIn : againOneIn;
      if (!isBlocking && chance.oneIn(oneIn)) this.drawAgain(operations, client, drawn);
    }
  }

  // What the call can show something at, and what hardly stands there by chance.
  private drawPreparation(operations: Operation[], client: number, { target, words }: Call): void {
    const { chance } = this;
    // Mostly a client is in the first database, where it does not show which one is emptied.
    if (target.fullName === "flushdb" && (!this.isFlushing || !chance.oneIn(4)))
      operations.push(pipelined(client, "SELECT", chance.pick(this.isFlushing ? ["0", ...others] : others)));
    if (target.keyType === undefined || !chance.oneIn(prepareOneIn)) return;
    const key = words[target.words.length];
    const values = makers[target.keyType];
    if (key === undefined || values === undefined) return;
    const [name = "", ...rest] = chance.pick(values);
    operations.push(pipelined(client, name, key, ...rest));
    if (this.isVirtual && chance.oneIn(2))
      operations.push(pipelined(client, "PEXPIRE", key, chance.pick(["5", "60", "5000"])));
  }

  // The same once more, perhaps with an option: what asks for something other than what is there (GT, NX, CH) meets it.
  private drawAgain(operations: Operation[], client: number, { target, words }: Call): void {
    const { chance } = this;
    let options = this.optionsOf.get(target);
    if (options === undefined) {
      options = optionWords(target.syntax);
      this.optionsOf.set(target, options);
    }
    const isPlain = options.length === 0 || chance.oneIn(2);
    const again = { target, words: isPlain ? words : [...words, chance.pick(options)], isBroken: !isPlain };
    if (!isEndless(again) && !(this.isStock && isOfLaterVersion(again)))
      operations.push(this.drawnCall(client, again, true));
  }

  // Where MULTI is refused, what follows it would wait: for want of a rule, or after a change of user in this very batch.
  private mayWrap(client: number, batch: readonly Operation[]): boolean {
    const isChange = (each: Operation): boolean =>
      each.kind === "call" && /^(acl|auth|hello|reset)$/i.test(each.words[0] ?? "");
    return this.trial.mayCall(client, "multi") && !batch.some(isChange);
  }

  // All that stands at the key of a write: what a write did wrong may be gone before anything else asks for it.
  private drawReadBack(operations: Operation[], client: number, { target, words }: Call): void {
    const streamsAt = words.findIndex((word) => word.toLowerCase() === "streams");
    const key = words[streamsAt >= 0 ? streamsAt + 1 : target.words.length];
    if (key === undefined) return;
    const reads = target.keyType === undefined ? undefined : readers[target.keyType];
    if (reads === undefined && target.group !== "generic") return;
    if (reads === undefined || this.chance.oneIn(4)) {
      const isTime = this.chance.oneIn(2);
      operations.push(pipelined(client, ...(isTime ? ["PEXPIRETIME", key] : ["OBJECT", "ENCODING", key])));
    } else operations.push(pipelined(client, ...this.chance.pick(reads(key))));
  }

  private drawnCall(client: number, { target, words }: Call, isPipelined: boolean): Operation {
    return { kind: "call", client, words, isPipelined, fullName: target.fullName };
  }

  /** True once in so many calls, whatever the length of batches. */
  private onceIn(calls: number): boolean {
    return this.chance.below(calls * 2) <= this.pipelineMax;
  }

  private walkOptions(): string[] {
    const { chance } = this;
    return [
      ...(chance.oneIn(2) ? ["COUNT", String(chance.between(1, 60))] : []),
      ...(chance.oneIn(3) ? ["MATCH", chance.pick(patterns)] : []),
      ...(chance.oneIn(4) ? ["TYPE", chance.pick(["string", "hash", "String"])] : []),
    ];
  }

  // All commands by weight; or a few commands, or those of one or two types of value, which meet each other all the more.
  private drawWheel(): Target[] {
    const { chance, targets } = this;
    const wheel: Target[] = [];
    const factors = new Map<string, number>();
    const kind = targets.length > 20 ? chance.pick(wheelKinds) : "whole";
    const types = [...new Set(targets.flatMap(({ keyType }) => keyType ?? []))];
    const family = kind === "family" ? [chance.pick(types), chance.pick(types)] : [];
    this.isFlushing = chance.oneIn(3) || targets.length <= 20;
    for (const target of targets) {
      let factor = factors.get(target.group);
      if (factor === undefined) {
        factor = chance.pick([1, 1, 1, 3]);
        factors.set(target.group, factor);
      }
      const isMaker = target.fullName === "set" || target.fullName === "restore";
      const isOfFamily = target.keyType !== undefined && family.includes(target.keyType);
      const isLeftOut =
        (kind === "narrow" && !isMaker && !chance.oneIn(8)) ||
        (kind === "family" && !isOfFamily && !chance.oneIn(12)) ||
        (!this.isFlushing && target.fullName === "flushall");
      const weight = isLeftOut ? 0 : weightOf(target) * factor;
      for (let i = 0; i < weight; i++) wheel.push(target);
    }
    return wheel;
  }
}

function pipelined(client: number, ...words: string[]): Operation {
  return { kind: "call", client, words, isPipelined: true, fullName: "" };
}
