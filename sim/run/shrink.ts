// Shrink: a smaller plan that fails in the same way.
//
// Role: works on the plan alone and knows nothing of worlds. `judge` runs a plan and says with which signature it
// failed; only a plan that fails with the wanted one is kept. Cheap and large cuts come first: what happens after
// the failure, faults, probes, settings, clients, then steps, arguments and gaps.
// Invariant: the result has been judged and failed with the signature; `budget` bounds the judging.

import type { ClientProgram, NodePlan, Plan, SchedulePlan, Step } from "../plan.ts";

/** The check's name and the kind of offence. */
export type Signature = string;

export type Verdict = {
  readonly signature: Signature;
  /** When it failed. */
  readonly atUs: number;
  /** How many steps each client had begun by then, by its id. */
  readonly taken: Readonly<Record<string, number>>;
};

export type ShrinkOptions = {
  readonly judge: (plan: Plan) => readonly Verdict[];
  readonly signature: Signature;
  readonly runsMax: number;
  /** Plans to begin with, if one of them fails alike. */
  readonly simpler?: readonly Plan[];
  /** Whether time is up. */
  readonly isLate: () => boolean;
};

export type Shrunk = { readonly plan: Plan; readonly runs: number };

/** A plan that does not fail when it is judged comes back as it is. */
export function shrink(plan: Plan, options: ShrinkOptions): Shrunk {
  // A copy, in which no step is one object with another.
  const search = new Search(JSON.parse(JSON.stringify(plan)), options);
  (options.simpler ?? []).some((each) => search.verdict !== undefined && search.tries(each));
  while (search.verdict !== undefined) {
    const before = sizeOf(search.best);
    cutAfterFailure(search);
    keepRelated(search);
    shrinkFaults(search);
    shrinkSettings(search);
    dropClients(search);
    shrinkSteps(search);
    simplifyWords(search);
    closeGaps(search);
    if (search.isOver || sizeOf(search.best) >= before) break;
  }
  return { plan: search.best, runs: search.runs };
}

/** Steps and faults: what a person will have to read. */
export function sizeOf(plan: Plan): number {
  const steps = plan.clients.reduce((sum, client) => sum + client.steps.length, 0);
  return steps + plan.scheduled.length + Object.keys(plan.rates).length + plan.buggify.length;
}

class Search {
  best: Plan;
  verdict: Verdict | undefined;
  runs = 0;
  private readonly options: ShrinkOptions;

  constructor(plan: Plan, options: ShrinkOptions) {
    this.best = plan;
    this.options = options;
    this.tries(plan);
  }

  get isOver(): boolean {
    return this.runs >= this.options.runsMax || this.options.isLate();
  }

  /** Keeps `plan` if it fails alike. */
  tries(plan: Plan): boolean {
    if (this.isOver) return false;
    this.runs++;
    const found = this.options.judge(plan).find(({ signature }) => signature === this.options.signature);
    if (found === undefined) return false;
    this.best = plan;
    this.verdict = found;
    return true;
  }
}

function cutAfterFailure(search: Search): void {
  const { verdict, best } = search;
  if (verdict === undefined) return;
  const { atUs, taken } = verdict;
  const clients = best.clients.map((client) => ({
    ...client,
    steps: client.steps.slice(0, taken[client.id] ?? client.steps.length),
  }));
  const scheduled = best.scheduled.filter((fault) => fault.atUs <= atUs);
  const safetyUs = Math.min(best.safetyUs, atUs + 1_000_000);
  const isSmaller =
    scheduled.length < best.scheduled.length || countSteps(clients) < countSteps(best.clients);
  if (isSmaller || safetyUs < best.safetyUs) search.tries({ ...best, clients, scheduled, safetyUs });
}

// Steps that share an argument with those that ran last are tried alone: mostly the key is what matters.
function keepRelated(search: Search): void {
  for (const lastSteps of [1, 8]) {
    const { best } = search;
    const wanted = new Set(best.clients.flatMap(({ steps }) => steps.slice(-lastSteps).flatMap(argumentsOf)));
    const clients = best.clients.map((client) => ({
      ...client,
      steps: client.steps.filter(
        (step) => isOfSession(step) || argumentsOf(step).some((word) => wanted.has(word)),
      ),
    }));
    if (countSteps(clients) < countSteps(best.clients) && search.tries({ ...best, clients })) return;
  }
}

function argumentsOf(step: Step): readonly string[] {
  return step.do === "call" ? step.words.slice(1) : [];
}

function isOfSession(step: Step): boolean {
  if (step.do !== "call") return true;
  return /^(select|swapdb|flush|hello|auth|reset|multi|exec|config|client)/i.test(step.words[0] ?? "");
}

function shrinkFaults(search: Search): void {
  search.tries({ ...search.best, scheduled: [], rates: {}, buggify: [] });
  search.tries({ ...search.best, scheduled: [] });
  search.tries({ ...search.best, rates: {} });
  search.tries({ ...search.best, buggify: [] });
  reduceList(
    search,
    (plan) => plan.scheduled,
    (plan, scheduled) => ({ ...plan, scheduled }),
  );
  for (const name of Object.keys(search.best.rates)) {
    const rates = Object.fromEntries(Object.entries(search.best.rates).filter(([each]) => each !== name));
    search.tries({ ...search.best, rates });
  }
  reduceList(
    search,
    (plan) => plan.buggify,
    (plan, buggify) => ({ ...plan, buggify }),
  );
}

const plainSchedule: SchedulePlan = { kind: "fifo" };

function shrinkSettings(search: Search): void {
  if (search.best.schedule.kind !== "fifo") search.tries({ ...search.best, schedule: plainSchedule });
  const changeNode = (index: number, change: (node: NodePlan) => NodePlan): boolean =>
    search.tries({
      ...search.best,
      nodes: search.best.nodes.map((node, i) => (i === index ? change(node) : node)),
    });
  search.best.nodes.forEach((node, index) => {
    if (node.clockOffsetMs !== 0 || node.driftPpm !== 0)
      changeNode(index, (each) => ({ ...each, clockOffsetMs: 0, driftPpm: 0 }));
    const shards = node.config["shards"];
    if (shards !== undefined && shards !== "1")
      changeNode(index, (each) => ({ ...each, config: { ...each.config, shards: "1" } })) ||
        (Number(shards) > 2 &&
          changeNode(index, (each) => ({ ...each, config: { ...each.config, shards: "2" } })));
    for (const directive of Object.keys(node.config)) {
      if (directive === "shards") continue;
      changeNode(index, (each) => ({ ...each, config: without(each.config, directive) }));
    }
  });
}

function dropClients(search: Search): void {
  reduceList(
    search,
    (plan) => plan.clients,
    (plan, clients) => ({ ...plan, clients }),
  );
}

function shrinkSteps(search: Search): void {
  // All at once in halves first; then client by client, since a failure is mostly of one or two.
  reduceList(search, allSteps, withSteps);
  for (const [index, client] of search.best.clients.entries()) {
    if (client.window > 1) tryClient(search, index, { ...client, window: 1 });
    if (client.protocol === 3) tryClient(search, index, { ...client, protocol: 2 });
    if (client.startUs > 0) tryClient(search, index, { ...client, startUs: 0 });
    if (client.greeting !== undefined) {
      const { greeting: _, ...plain } = client;
      tryClient(search, index, plain);
    }
  }
}

function simplifyWords(search: Search): void {
  for (const [index, { steps }] of search.best.clients.entries()) {
    if (steps.length > 40) continue; // Not worth it before the steps themselves are few.
    for (const [at, step] of steps.entries()) {
      if (step.do !== "call" && step.do !== "scan") continue;
      for (const [wordAt, word] of step.words.entries()) {
        for (const simpler of simplerWords(word)) {
          const client = search.best.clients[index] as ClientProgram;
          const now = client.steps[at];
          if (now === undefined || (now.do !== "call" && now.do !== "scan")) continue;
          const words = now.words.map((each, i) => (i === wordAt ? simpler : each));
          const changed = client.steps.map((each, i) => (i === at ? { ...now, words } : each));
          if (tryClient(search, index, { ...client, steps: changed })) break;
        }
      }
    }
  }
}

function simplerWords(word: string): string[] {
  if (word.length > 20) return ["x".repeat(8), "x".repeat(100), word.slice(0, Math.ceil(word.length / 2))];
  if (/[^!-~]/.test(word)) return ["k"];
  return [];
}

function closeGaps(search: Search): void {
  const clients = search.best.clients.map((client) => ({
    ...client,
    steps: client.steps.map((step) => ({ ...step, gapUs: 0 })),
  }));
  if (search.best.clients.every(({ steps }) => steps.every(({ gapUs = 0 }) => gapUs === 0))) return;
  if (search.tries({ ...search.best, clients })) return;
  for (const [index, { steps }] of search.best.clients.entries()) {
    for (const [at, { gapUs = 0 }] of steps.entries()) {
      if (gapUs === 0) continue;
      const client = search.best.clients[index] as ClientProgram;
      const closed = client.steps.map((step, i) => (i === at ? { ...step, gapUs: 0 } : step));
      tryClient(search, index, { ...client, steps: closed });
    }
  }
}

function tryClient(search: Search, index: number, client: ClientProgram): boolean {
  const clients = search.best.clients.map((each, i) => (i === index ? client : each));
  return search.tries({ ...search.best, clients });
}

/** ddmin: takes out pieces, from halves down to single items, for as long as the plan still fails. */
function reduceList<T>(
  search: Search,
  listOf: (plan: Plan) => readonly T[],
  withList: (plan: Plan, list: readonly T[]) => Plan,
): void {
  let pieces = 2;
  for (;;) {
    const list = listOf(search.best);
    if (list.length === 0 || search.isOver) return;
    const size = Math.ceil(list.length / pieces);
    let wasCut = false;
    for (let from = 0; from < list.length && !wasCut; from += size) {
      const rest = [...list.slice(0, from), ...list.slice(from + size)];
      wasCut = search.tries(withList(search.best, rest));
    }
    if (wasCut) pieces = Math.max(2, pieces - 1);
    else if (size === 1) return;
    else pieces = Math.min(list.length, pieces * 2);
  }
}

type PlacedStep = { readonly client: number; readonly step: Step };

// In the order of their time, as far as the gaps tell it, so that a piece is a stretch of the run.
function allSteps(plan: Plan): PlacedStep[] {
  const timed = plan.clients.flatMap((client) => {
    let atUs = client.startUs;
    return client.steps.map((step) => {
      atUs += step.gapUs ?? 0;
      return { client: client.id, step, atUs };
    });
  });
  return timed.sort((a, b) => a.atUs - b.atUs).map(({ client, step }) => ({ client, step }));
}

// A step that goes leaves its gap to the next one, so that the others keep their times.
function withSteps(plan: Plan, list: readonly PlacedStep[]): Plan {
  const kept = new Set(list.map(({ step }) => step));
  const clients = plan.clients.map((client) => {
    const steps: Step[] = [];
    let carriedUs = 0;
    for (const step of client.steps) {
      if (!kept.has(step)) carriedUs += step.gapUs ?? 0;
      else {
        steps.push(carriedUs === 0 ? step : { ...step, gapUs: carriedUs + (step.gapUs ?? 0) });
        carriedUs = 0;
      }
    }
    return { ...client, steps };
  });
  return { ...plan, clients };
}

function countSteps(clients: readonly ClientProgram[]): number {
  return clients.reduce((sum, { steps }) => sum + steps.length, 0);
}

function without(config: Readonly<Record<string, string>>, directive: string): Record<string, string> {
  return Object.fromEntries(Object.entries(config).filter(([name]) => name !== directive));
}
