// Pacing: when a client sends: bursts with pauses between, spread over the safety phase.

import type { Chance } from "../../compat/generator/chance.ts";
import type { Step } from "../plan.ts";

/** `steps` with gaps that sum up to about `spanUs`: mostly none, now and then a long one. */
export function paced(steps: readonly Step[], chance: Chance, spanUs: number): Step[] {
  const burstMax = chance.pick([1, 4, 16, 64]);
  const bursts: number[] = [];
  for (let at = 0; at < steps.length; at += bursts[bursts.length - 1] as number)
    bursts.push(chance.between(1, burstMax));
  // Twice an even share at most, so that half of the draws are short and the sum still comes out.
  const shareUs = Math.floor((2 * spanUs) / Math.max(1, bursts.length));
  const out: Step[] = [];
  for (const burst of bursts) {
    const begun = out.length;
    for (let i = 0; i < burst && begun + i < steps.length; i++) {
      const step = steps[begun + i] as Step;
      out.push(i > 0 ? step : { ...step, gapUs: chance.below(shareUs + 1) });
    }
  }
  return out;
}
