// Trial: one server and one oracle, asked the same questions.
//
// Role: performs operations on both, in order, and says where they first differ. All else is told by the caller: what
// is asked, and what follows from a difference.
// Invariants:
//   - after `begin` both are empty and nobody is connected, so a list of operations means the same whenever it is
//     performed (where the server's clock is the trial's).
//   - the oracle answers a call before it is told what the server removed during later ones.

import type { Words } from "../../compat/resp/request.ts";
import { matches } from "../compare.ts";
import { encode, endOf } from "../encode.ts";
import { type Letter, Mail } from "../mail.ts";
import type { Session } from "../model.ts";
import { Oracle } from "../oracle.ts";
import type { Reply } from "../reply.ts";
import { isLimited } from "../subscriptions.ts";
import { denialOf } from "../users.ts";
import { designedDifference } from "./by-design.ts";
import { brokenBy, type Difference, describe, foundAt } from "./difference.ts";
import { call, type Operation, type Setting } from "./operation.ts";
import {
  arrived,
  type CallOperation,
  endOfPipeline,
  isKill,
  isQuit,
  protocolRefusal,
  requestText,
  takeFrames,
} from "./pipeline.ts";
import { type Link, type Subject, startedWith } from "./subject.ts";
import { sweepCalls } from "./sweep.ts";
import { Walk } from "./walk.ts";

/** How far a server's own clock may be from this program's, with the time a call may take. */
const timeToleranceMs = 2500;
/** The client that reads everything stored; no operation names it. */
const controlClient = -1;
const sweepPipeline = 64;

/** Told of each reply that was right, of calls that were drawn for a command. */
export type Watcher = (fullName: string, words: Words, actual: string) => void;

/** A difference or none: at once where the server has answered when it was told, which spares most calls a promise. */
export type Outcome = Difference | undefined | Promise<Difference | undefined>;

type Client = { readonly link: Link; readonly id: number; walk: Walk | undefined };

/** How far the replies to one pipeline have been judged. */
type Reading = {
  readonly number: number;
  readonly client: Client;
  readonly nowMs: number;
  readonly operations: readonly Operation[];
  readonly from: number;
  readonly to: number;
  /** The call whose reply comes next, and where in what was received it begins. */
  index: number;
  at: number;
  /** What the oracle answered to that call, once it was asked. */
  reply: Reply | undefined;
  /** A message that must come before it. */
  letter: Letter | undefined;
  /** Nothing more will be received. */
  isOver: boolean;
};

/** The replies that come next have not arrived. */
const waiting = Symbol("waiting");
type Judgement = Difference | undefined | typeof waiting;

export class Trial {
  readonly subject: Subject;
  oracle: Oracle;
  /** Messages that the oracle says were sent to subscribers and that they have not been seen to get. */
  private mail = new Mail();
  /** Differences that are by design, by their id. */
  readonly designed = new Map<string, number>();
  private readonly watch: Watcher | undefined;
  private readonly clients = new Map<number, Client>();
  private lastId = 0;
  /** Those under way: a list, which is looked through after each call. */
  private readonly walks: Walk[] = [];
  /** The reply to the last call performed. */
  private latest = "";

  constructor(subject: Subject, watch?: Watcher) {
    this.subject = subject;
    this.watch = watch;
    this.oracle = this.newOracle();
  }

  async begin(setting: Setting): Promise<void> {
    for (const { link } of this.clients.values()) link.close();
    this.clients.clear();
    this.walks.length = 0;
    this.lastId = 0;
    const renewed = this.subject.renew(setting);
    if (renewed !== undefined) await renewed;
    // What payloads of hashes with times hold is known from their DUMPs alone, and they go on being drawn.
    const { payloadsWithTimes } = this.oracle.model;
    this.oracle = this.newOracle();
    for (const [payload, value] of payloadsWithTimes) this.oracle.model.payloadsWithTimes.set(payload, value);
  }

  /** The database that a client has selected. */
  dbOf(client: number): number {
    return this.sessionOf(client)?.db ?? 0;
  }

  /** True between MULTI and EXEC. */
  isInTransaction(client: number): boolean {
    return this.sessionOf(client)?.transaction !== undefined;
  }

  /** True while a client listens to a channel or pattern. */
  isSubscriber(client: number): boolean {
    const session = this.sessionOf(client);
    if (session === undefined) return false;
    const { channels, patterns, shardChannels } = session.subscriptions;
    return channels.size + patterns.size + shardChannels.size > 0;
  }

  /** True while a client may call little else than UNSUBSCRIBE. */
  isLimited(client: number): boolean {
    const session = this.sessionOf(client);
    return session !== undefined && isLimited(session);
  }

  /** Whether the rules of its user let a client call a command. */
  mayCall(client: number, name: string): boolean {
    const session = this.sessionOf(client);
    const user = this.oracle.model.users.get(session?.user ?? "default");
    return user !== undefined && denialOf(user, name, [name]) === undefined;
  }

  /** True while a client gets no replies. */
  isMuted(client: number): boolean {
    return this.sessionOf(client)?.replyMode === "off";
  }

  /** True while a client is refused everything for want of a password. */
  isLockedOut(client: number): boolean {
    if (this.oracle.model.directive("requirepass") === "") return false;
    const known = this.clients.get(client);
    return known === undefined || !this.oracle.session(known.id).isAuthenticated;
  }

  /** Performs all operations, or those up to the first difference. */
  perform(operations: readonly Operation[], from = 0): Outcome {
    for (let at = from; at < operations.length; ) {
      const operation = operations[at] as Operation;
      const isCall = operation.kind === "call";
      const end = isCall ? endOfPipeline(operations, at) : at + 1;
      const found = isCall
        ? this.performCalls(operation.client, operations, at, end)
        : this.performAlone(operation, at);
      if (found instanceof Promise) return this.performRest(found, operations, end);
      if (found !== undefined) return found;
      at = end;
    }
    return undefined;
  }

  private async performRest(
    first: Promise<Difference | undefined>,
    operations: readonly Operation[],
    from: number,
  ): Promise<Difference | undefined> {
    return (await first) ?? this.perform(operations, from);
  }

  private newOracle(): Oracle {
    const { hasVirtualClock } = this.subject;
    const oracle = new Oracle({
      timeToleranceMs: hasVirtualClock ? 0 : timeToleranceMs,
      config: { ...startedWith, "proto-max-bulk-len": "1048576" },
    });
    const mail = new Mail();
    this.mail = mail;
    oracle.model.deliver = (to, message) => mail.post(to, message);
    return oracle;
  }

  private performAlone(operation: Exclude<Operation, CallOperation>, index: number): Outcome {
    switch (operation.kind) {
      case "advance":
        if (!this.subject.hasVirtualClock) return undefined;
        try {
          this.subject.advance(operation.ms);
          return undefined;
        } catch (error) {
          return brokenBy("server", error, index, ["@advance", `${operation.ms}`]);
        }
      case "reconnect":
        this.disconnect(operation.client);
        return undefined;
      case "walk":
        return this.performWalk(operation.client, operation.options).then((found) => foundAt(found, index));
      case "scan":
        return this.performScan(operation.client, operation.options).then((found) => foundAt(found, index));
      case "state":
        return this.performSweep(index);
    }
  }

  /** Sends calls of one client together, and judges their replies. */
  private performCalls(number: number, operations: readonly Operation[], from: number, to: number): Outcome {
    const known = this.clients.get(number);
    const client = known === undefined || known.link.isClosed ? this.connect(number) : known;
    if (client instanceof Promise)
      return client.then((connected) => this.performCallsOf(connected, number, operations, from, to));
    return this.performCallsOf(client, number, operations, from, to);
  }

  private performCallsOf(
    client: Client,
    number: number,
    operations: readonly Operation[],
    from: number,
    to: number,
  ): Outcome {
    const { subject } = this;
    const nowMs = subject.nowMs();
    subject.clearEvents();
    let request = "";
    for (let i = from; i < to; i++) request += requestText((operations[i] as CallOperation).words);
    try {
      client.link.send(request);
    } catch (error) {
      const index = Math.min(from + subject.callsExecuted(), to - 1);
      return brokenBy("server", error, index, (operations[index] as CallOperation).words);
    }
    const reading: Reading = {
      number,
      client,
      nowMs,
      operations,
      from,
      to,
      index: from,
      at: 0,
      reply: undefined,
      letter: undefined,
      isOver: client.link.isImmediate,
    };
    const found = this.judge(reading);
    if (found === waiting) return this.judgeLater(reading);
    return found === undefined && this.oracle.model.inDoubt.length > 0 ? this.dropDoubtful() : found;
  }

  private async judgeLater(reading: Reading): Promise<Difference | undefined> {
    for (;;) {
      reading.isOver = !(await reading.client.link.arrival());
      const found = this.judge(reading);
      if (found === waiting) continue;
      return found === undefined && this.oracle.model.inDoubt.length > 0 ? this.dropDoubtful() : found;
    }
  }

  // As many replies as have arrived, and what follows when that was all of them.
  private judge(reading: Reading): Judgement {
    const { operations, to, number } = reading;
    const { link } = reading.client;
    for (; reading.index < to; reading.index++) {
      const operation = operations[reading.index] as CallOperation;
      const refusal = this.isLockedOut(number) ? protocolRefusal(operation.words) : undefined;
      if (refusal !== undefined) return this.judgeRefusal(reading, refusal);
      const found = this.judgeNext(reading, operation);
      if (found !== undefined) return found;
    }
    const { words } = operations[to - 1] as CallOperation;
    if (link.received().length > reading.at) {
      const rest = link.received().slice(reading.at);
      return { index: to - 1, words, reason: "more came than was asked for", expected: "", actual: rest };
    }
    link.clear();
    // That the connection is closed may not have come through yet.
    if (isQuit(words) || link.isClosed) this.disconnect(number);
    return undefined;
  }

  // The connection is closed after it; what comes behind in the pipeline is not read.
  private judgeRefusal(reading: Reading, expected: string): Judgement {
    const { index, number } = reading;
    const actual = arrived(reading.client.link, reading.at, 1, reading.isOver);
    if (actual === undefined) return waiting;
    const { words } = reading.operations[index] as CallOperation;
    if (actual !== expected) return { index, words, reason: "protocol", expected, actual };
    this.disconnect(number);
    return undefined;
  }

  // One call: the messages that come before its reply, and the reply.
  private judgeNext(reading: Reading, { words, fullName }: CallOperation): Judgement {
    const { subject, oracle } = this;
    const { index } = reading;
    const { link, id } = reading.client;
    if (reading.reply === undefined) {
      const removals = subject.removalsBefore(index - reading.from);
      for (const { db, key, why } of removals) oracle.removed(db, key, why);
      try {
        reading.reply = oracle.execute(id, words, reading.nowMs);
      } catch (error) {
        return brokenBy("oracle", error, index, words);
      }
      reading.letter = this.mail.next(id);
    }
    for (; reading.letter !== undefined; reading.letter = this.mail.next(id)) {
      const { message, protocol } = reading.letter;
      const actual = arrived(link, reading.at, 1, reading.isOver);
      if (actual === undefined) return waiting;
      const reason = matches(message, actual, protocol);
      if (reason !== undefined) {
        const expected = describe(message, encode(message, protocol));
        return { index, words, reason: `message: ${reason}`, expected, actual };
      }
      reading.at += actual.length;
    }
    const { reply } = reading;
    const { protocol } = oracle.session(id);
    const received = link.received();
    let end = endOf(reply, received, reading.at, protocol);
    if (end < 0) {
      const taken = arrived(link, reading.at, frameCount(reply), reading.isOver);
      if (taken === undefined) return waiting;
      const reason = taken === "" && frameCount(reply) > 0 ? "no answer" : matches(reply, taken, protocol);
      if (reason !== undefined && !this.isDesigned(words, id, taken)) {
        const expected = describe(reply, encode(reply, protocol));
        return { index, words, reason, expected, actual: taken };
      }
      end = reading.at + taken.length;
    }
    this.latest = received.slice(reading.at, end);
    reading.at = end;
    reading.reply = undefined;
    if (fullName !== "") this.watch?.(fullName, words, this.latest);
    if (this.walks.length > 0) this.followWalks(words);
    if (isKill(words)) this.dropClosed(reading.number);
    return undefined;
  }

  private isDesigned(words: Words, client: number, actual: string): boolean {
    if (this.subject.hasVirtualClock) return false;
    const { oracle } = this;
    const id = designedDifference({ words, model: oracle.model, session: oracle.session(client), actual });
    if (id === undefined) return false;
    this.designed.set(id, (this.designed.get(id) ?? 0) + 1);
    return true;
  }

  /** A whole walk: quiet, so every key that is there must come. */
  private async performWalk(number: number, options: Words): Promise<Difference | undefined> {
    if (!this.isAnswered(number)) return undefined;
    this.endWalk(number);
    for (;;) {
      const found = await this.performScan(number, options);
      if (found !== undefined) return found;
      if (this.clients.get(number)?.walk === undefined) return undefined;
    }
  }

  /** One step of a client's walk. When it was the last, keys that were there throughout must have come. */
  private async performScan(number: number, options: Words): Promise<Difference | undefined> {
    if (!this.isAnswered(number)) return undefined;
    const db = this.dbOf(number);
    const walking = this.clients.get(number)?.walk;
    if (walking !== undefined && walking.db !== db) this.endWalk(number);
    const walk = walking?.db === db ? walking : new Walk(this.oracle, db, options, this.subject.nowMs());
    const scan = call(number, "SCAN", walk.cursor, ...walk.optionsOfStep(options));
    const found = await this.performCalls(number, [scan], 0, 1);
    if (found !== undefined) return found;
    const client = this.clients.get(number);
    if (client === undefined) return undefined;
    walk.follow(this.oracle.model);
    walk.took(this.latest);
    if (!walk.isOver) {
      if (client.walk === undefined) this.walks.push(walk);
      client.walk = walk;
      return undefined;
    }
    this.endWalk(number);
    this.maybeForgetChanges();
    const fault = walk.fault();
    if (fault === undefined) return undefined;
    const { words } = scan as CallOperation;
    return { index: 0, words, reason: fault, expected: "every key that was there throughout", actual: "" };
  }

  // Walks that are under way lose sight of keys that were away for a moment.
  private followWalks(words: Words): void {
    const { walks } = this;
    const { model } = this.oracle;
    if (words[0]?.length === 6 && words[0].toLowerCase() === "swapdb") {
      for (const number of this.clients.keys()) this.endWalk(number);
    }
    for (let i = 0; i < walks.length; i++) (walks[i] as Walk).follow(model);
    for (let i = 0; i < walks.length; i++) {
      const changed = model.databases[(walks[i] as Walk).db]?.changed;
      if (changed !== undefined && changed.size > 0) changed.clear();
    }
  }

  private endWalk(number: number): void {
    const client = this.clients.get(number);
    if (client?.walk === undefined) return;
    this.walks.splice(this.walks.indexOf(client.walk), 1);
    client.walk = undefined;
    this.maybeForgetChanges();
  }

  // Changed keys are noted for walks alone.
  private maybeForgetChanges(): void {
    if (this.walks.length > 0) return;
    for (const database of this.oracle.model.databases) database.changed = undefined;
  }

  // Keys, types, values, times and encodings, each as a command tells it.
  private async performSweep(index: number): Promise<Difference | undefined> {
    this.disconnect(controlClient);
    const password = this.oracle.model.directive("requirepass");
    if (password !== "") {
      const found = await this.performCalls(controlClient, [call(controlClient, "AUTH", password)], 0, 1);
      if (found !== undefined) return { ...found, index };
    }
    for (let db = 0; db < this.oracle.model.databases.length; db++) {
      const calls = sweepCalls(this.oracle, db, this.subject.nowMs()).map((words) =>
        call(controlClient, ...words),
      );
      for (let at = 0; at < calls.length; at += sweepPipeline) {
        const end = Math.min(at + sweepPipeline, calls.length);
        const found = await this.performCalls(controlClient, calls, at, end);
        if (found !== undefined)
          return { ...found, index, reason: `state of database ${db}: ${found.reason}` };
      }
    }
    this.disconnect(controlClient);
    return undefined;
  }

  private isAnswered(number: number): boolean {
    const session = this.sessionOf(number);
    if (session === undefined) return true;
    return session.replyMode === "on" && session.transaction === undefined && !isLimited(session);
  }

  private sessionOf(number: number): Session | undefined {
    const client = this.clients.get(number);
    return client === undefined ? undefined : this.oracle.session(client.id);
  }

  private connect(number: number): Client | Promise<Client> {
    this.disconnect(number);
    const link = this.subject.connect();
    return link instanceof Promise
      ? link.then((connected) => this.welcome(number, connected))
      : this.welcome(number, link);
  }

  private welcome(number: number, link: Link): Client {
    const client: Client = { link, id: ++this.lastId, walk: undefined };
    this.oracle.session(client.id);
    this.clients.set(number, client);
    return client;
  }

  // Keys of which the replies left open what they hold are deleted on both sides.
  private async dropDoubtful(): Promise<undefined> {
    const { model } = this.oracle;
    const doubtful = model.inDoubt.splice(0);
    const link = await this.subject.connect();
    const password = model.directive("requirepass");
    const calls: Words[] = password === "" ? [] : [["AUTH", password]];
    for (const { db, key } of doubtful) {
      calls.push(["SELECT", `${db}`], ["DEL", key]);
      model.delete(db, key);
    }
    link.send(calls.map(requestText).join(""));
    await takeFrames(link, calls.length);
    link.close();
  }

  // Others whom a call has cut off. (Over TCP that may be heard later; calls that meet somebody are not drawn there.)
  private dropClosed(caller: number): void {
    for (const [number, { link }] of [...this.clients]) {
      if (number !== caller && link.isClosed) this.disconnect(number);
    }
  }

  private disconnect(number: number): void {
    const client = this.clients.get(number);
    if (client === undefined) return;
    this.endWalk(number);
    client.link.close();
    this.oracle.forget(client.id);
    this.mail.forget(client.id);
    this.clients.delete(number);
  }
}

function frameCount(reply: Reply): number {
  return reply.kind === "sequence" ? reply.replies.length : 1;
}
