// Draw: a scenario's clients and their programs, as data, from one stream of chance.
//
// Role: turns programs into steps for each kind of client. A kind says how a client behaves (how far ahead it
// sends, whether it reads, hangs up, logs in); a program says what it asks for.

import { Chance } from "../../compat/generator/chance.ts";
import { expectationOf, type ReplyMode } from "../clients/expectation.ts";
import type { ClientKind, ClientProgram, Step } from "../plan.ts";
import type { Program } from "./calls.ts";
import { hostileSteps } from "./hostile-bytes.ts";
import { paced } from "./pacing.ts";
import { type ProgramName, programs } from "./programs.ts";
import { password, type Scenario, scenarios } from "./scenarios.ts";
import type { Drawing } from "./words.ts";

export type Shape = {
  readonly scenario: string;
  /** Requests of all clients together. */
  readonly commands: number;
  readonly nodes: readonly number[];
  readonly databases: number;
  /** The nodes' wall clocks when the run begins, before offset and drift. */
  readonly startWallMs: number;
  readonly safetyUs: number;
};

export function scenarioNamed(name: string): Scenario {
  const scenario = scenarios[name];
  if (scenario === undefined)
    throw new Error(`no scenario ${name}; there are: ${Object.keys(scenarios).join(", ")}`);
  return scenario;
}

/** A scenario by its share. */
export function drawScenario(chance: Chance): string {
  return weighted(
    Object.fromEntries(Object.entries(scenarios).map(([name, { weight }]) => [name, weight])),
    chance,
  );
}

/** Directives of a scenario: those it must have, and a choice of those it may have. */
export function drawDirectives(name: string, chance: Chance): Readonly<Record<string, string>> {
  const { config = {}, choices = {} } = scenarioNamed(name);
  const drawn = Object.entries(choices).filter(() => chance.oneIn(2));
  return {
    ...config,
    ...Object.fromEntries(drawn.map(([directive, values]) => [directive, chance.pick(values)])),
  };
}

export function drawClients(chance: Chance, shape: Shape): ClientProgram[] {
  const scenario = scenarioNamed(shape.scenario);
  const count = chance.between(2, scenario.clientsMax ?? chance.pick([3, 6, 12]));
  const mix = drawMix(scenario, chance);
  const shares = Array.from({ length: count }, () => chance.pick([1, 1, 2, 4]));
  const total = shares.reduce((sum, share) => sum + share, 0);
  return shares.map((share, index) => {
    const own = new Chance(chance.u32());
    const kind = weighted(scenario.kinds, own) as ClientKind;
    const size = Math.max(1, Math.round((shape.commands * share) / total));
    return drawClient({
      id: index,
      kind,
      size,
      node: own.pick(shape.nodes),
      mix,
      chance: own,
      shape,
      scenario,
    });
  });
}

type Mix = readonly { readonly program: Program; readonly share: number }[];

// Swarm: a run that leaves something out reaches what a run with everything seldom does.
function drawMix(scenario: Scenario, chance: Chance): Mix {
  const all = Object.entries(scenario.programs) as [ProgramName, number][];
  const taken = all.filter(() => chance.oneIn(2));
  const chosen = taken.length > 0 ? taken : [chance.pick(all)];
  return chosen.map(([name, share]) => ({ program: programs[name](chance), share }));
}

type ClientDraw = {
  readonly id: number;
  readonly kind: ClientKind;
  readonly size: number;
  readonly node: number;
  readonly mix: Mix;
  readonly chance: Chance;
  readonly shape: Shape;
  readonly scenario: Scenario;
};

function drawClient(draw: ClientDraw): ClientProgram {
  const { id, kind, node, chance, shape, scenario } = draw;
  const habit = habits[kind] ?? habits.plain;
  const steps = paced(leashed(drawSteps(draw, habit)), chance, shape.safetyUs);
  const knowsPassword = scenario.config?.["requirepass"] === undefined || kind === "limited";
  return {
    id,
    kind,
    node,
    protocol: chance.oneIn(3) ? 3 : 2,
    window: habit.window(chance),
    reconnects: habit.reconnects === true || !chance.oneIn(8),
    startUs: chance.oneIn(3) ? 0 : chance.below(50_000),
    ...(knowsPassword ? {} : { greeting: [["AUTH", password]] }),
    steps,
  };
}

function drawSteps(draw: ClientDraw, habit: Habit): Step[] {
  const { chance, mix, shape, size } = draw;
  const shares = mix.reduce((sum, { share }) => sum + share, 0);
  const steps: Step[] = [];
  const startMs = shape.startWallMs;
  const ownProgram = habit.asks === undefined ? undefined : programs[habit.asks](chance);
  let made = 0;
  while (steps.length < size) {
    const nowMs = startMs + Math.floor(((shape.safetyUs / 1000) * steps.length) / size);
    const drawing: Drawing = {
      chance,
      client: draw.id,
      databases: shape.databases,
      nowMs,
      unique: () => made++,
    };
    const between = habit.between?.(drawing) ?? [];
    let at = chance.below(shares);
    const drawn = mix.find(({ share }) => {
      at -= share;
      return at < 0;
    })?.program as Program;
    steps.push(...between, ...(ownProgram ?? drawn)(drawing));
  }
  return steps;
}

type Habit = {
  readonly window: (chance: Chance) => number;
  readonly reconnects?: boolean;
  /** The program it always has, instead of the run's. */
  readonly asks?: ProgramName;
  /** Steps that come between those of the program, mostly none. */
  readonly between?: (drawing: Drawing) => readonly Step[];
};

const one = (): number => 1;
const some = (chance: Chance): number => chance.pick([1, 2, 8]);
const many = (chance: Chance): number => chance.pick([2, 8, 16, 64]);
const none: readonly Step[] = [];
const hangUp: Step = { do: "disconnect" };
const hangUpSoftly: Step = { do: "disconnect", how: "half" };

const habits: Readonly<Partial<Record<ClientKind, Habit>>> & { readonly plain: Habit } = {
  plain: { window: one },
  pipeliner: { window: many },
  scanner: {
    window: one,
    between: ({ chance }) =>
      chance.oneIn(40) ? [{ do: "scan", words: chance.pick([[], ["COUNT", "5"], ["MATCH", "*"]]) }] : none,
  },
  admin: {
    window: some,
    reconnects: true,
    between: (drawing) => (drawing.chance.oneIn(4) ? administrationSteps(drawing) : none),
  },
  reconnector: {
    window: many,
    reconnects: true,
    between: ({ chance }) => (chance.oneIn(15) ? [chance.oneIn(3) ? hangUpSoftly : hangUp] : none),
  },
  "slow-reader": {
    window: many,
    between: ({ chance }) =>
      chance.oneIn(25) ? [{ do: "stall", forUs: chance.pick([1000, 100_000, 3_000_000]) }] : none,
  },
  "resp-switcher": {
    window: some,
    between: (drawing) => (drawing.chance.oneIn(5) ? modeSteps(drawing) : none),
  },
  limited: {
    window: some,
    reconnects: true,
    between: ({ chance }) => {
      if (chance.oneIn(20)) return [{ do: "disconnect" }];
      if (!chance.oneIn(12)) return none;
      return [
        {
          do: "call",
          words: chance.pick([
            ["AUTH", password],
            ["AUTH", "default", password],
            ["AUTH", "wrong"],
            ["AUTH", "nobody", password],
            ["HELLO", "3", "AUTH", "default", password],
            ["HELLO", "2", "AUTH", "default", "wrong"],
            ["HELLO", "3"],
            ["RESET"],
          ]),
        },
      ];
    },
  },
  transaction: { window: many, asks: "transactions" },
  blocker: {
    window: some,
    reconnects: true,
    asks: "waiting",
    between: ({ chance }) => (chance.oneIn(20) ? [chance.oneIn(3) ? hangUpSoftly : hangUp] : none),
  },
  subscriber: {
    window: some,
    reconnects: true,
    asks: "listening",
    between: ({ chance }) => (chance.oneIn(30) ? [{ do: "stall", forUs: 200_000 }] : none),
  },
  hostile: {
    window: some,
    reconnects: true,
    between: ({ chance }) => (chance.oneIn(12) ? hostileSteps(chance) : none),
  },
};

// Not shared with other clients, so made for each: neither knows anything of them.
const administrationSteps = programs.administration(new Chance(1));
const modeSteps = programs.modes(new Chance(1));

/**
 * Keeps what a client cannot follow out of its silent stretches: after CLIENT REPLY OFF or SKIP only plain calls,
 * and after a few of them an ON, since a silent client waits for nothing. Nor is anything queued that makes EXEC's
 * reply one that no client can read: `transactions` has that as raw bytes.
 */
function leashed(steps: readonly Step[]): Step[] {
  const out: Step[] = [];
  let mode: ReplyMode = "on";
  let silentCalls = 0;
  let mayQueue = false;
  for (const step of steps) {
    if (step.do !== "call") {
      if (mode !== "on") out.push(replyOn);
      mode = "on";
      if (step.do === "disconnect") mayQueue = false;
      out.push(step);
      continue;
    }
    if (mayQueue && isUnreadable(step.words)) continue;
    if (/^multi$/i.test(step.words[0] ?? "")) mayQueue = true;
    else if (mayQueue && /^(exec|discard|reset)$/i.test(step.words[0] ?? "")) mayQueue = false;
    if (mode !== "on" && isUnclear(step.words)) continue;
    mode = expectationOf(step.words, mode).modeAfter;
    silentCalls = mode === "off" ? silentCalls + 1 : 0;
    out.push(step);
    if (silentCalls <= 8) continue;
    out.push(replyOn);
    mode = "on";
    silentCalls = 0;
  }
  if (mode !== "on") out.push(replyOn);
  return out;
}

const replyOn: Step = { do: "call", words: ["CLIENT", "REPLY", "ON"] };

// Calls that a transaction answers with more or less than one reply, or in another protocol.
function isUnreadable(words: readonly string[]): boolean {
  const [name = "", subname = ""] = words;
  return /^(hello|[ps]?(un)?subscribe)$/i.test(name) || (/^client$/i.test(name) && /^reply$/i.test(subname));
}

// Calls of which only the reply tells what they did to the connection.
function isUnclear(words: readonly string[]): boolean {
  return /^(hello|auth|reset|quit|monitor|shutdown|multi|exec|discard|[ps]?(un)?subscribe)$/i.test(
    words[0] ?? "",
  );
}

function weighted(weights: Readonly<Record<string, number>>, chance: Chance): string {
  const entries = Object.entries(weights);
  let at = chance.below(entries.reduce((sum, [, weight]) => sum + weight, 0));
  for (const [name, weight] of entries) {
    at -= weight;
    if (at < 0) return name;
  }
  throw new Error("no weights to draw from");
}
