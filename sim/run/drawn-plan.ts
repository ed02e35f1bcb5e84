// Drawn plan: the plan that a seed stands for, with the clients of its scenario.

import { Chance } from "../../compat/generator/chance.ts";
import type { Plan } from "../plan.ts";
import { drawClients, drawDirectives, drawScenario } from "../workloads/draw.ts";
import { chanceOf } from "../world/chance.ts";
import { drawPlan } from "../world/draw.ts";
import type { Settings } from "./job.ts";

export function drawnPlan(seed: string, settings: Settings): Plan {
  const root = chanceOf(seed).fork("workloads");
  // The generator of calls has a kind of chance of its own.
  const own = (label: string): Chance => new Chance(root.fork(label).u32());
  const scenario = settings.scenario ?? drawScenario(own("scenario"));
  return drawPlan({
    seed,
    profile: settings.profile,
    scenario,
    config: {
      ...drawDirectives(scenario, own("directives")),
      ...(settings.shards === undefined ? {} : { shards: `${settings.shards}` }),
    },
    clients: ({ nodes, databases, startWallMs, safetyUs }) =>
      drawClients(own("clients"), {
        scenario,
        commands: settings.commands,
        nodes,
        databases,
        startWallMs,
        safetyUs,
      }),
  });
}
