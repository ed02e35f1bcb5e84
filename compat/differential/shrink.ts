// Shrink: the shortest list of steps found that still shows a difference.
//
// Role: delta debugging. Pieces are left out, halves first and then ever smaller ones, as long as `repeats` says
// that the last step still differs in the same way. The last step is never left out.

import type { Step } from "./step.ts";

export type Shrunk = {
  readonly steps: readonly Step[];
  readonly doesRepeat: boolean;
  readonly replays: number;
};

export async function shrink(
  steps: readonly Step[],
  repeats: (steps: readonly Step[]) => Promise<boolean>,
  replaysMax = 120,
): Promise<Shrunk> {
  const last = steps.at(-1);
  if (last === undefined) return { steps, doesRepeat: false, replays: 0 };
  let replays = 0;
  const stillDiffers = (before: readonly Step[]): Promise<boolean> => {
    replays++;
    return repeats([...before, last]);
  };
  if (await stillDiffers([])) return { steps: [last], doesRepeat: true, replays };
  let kept = steps.slice(0, -1);
  if (!(await stillDiffers(kept))) return { steps, doesRepeat: false, replays };
  // Most differences need few steps, and those near the end: a short tail is tried first.
  for (const size of [4, 16, 64, 256]) {
    if (size < kept.length && (await stillDiffers(kept.slice(-size)))) {
      kept = kept.slice(-size);
      break;
    }
  }
  for (
    let size = Math.ceil(kept.length / 2);
    size >= 1 && replays < replaysMax;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  ) {
    for (let at = kept.length - size; at > -size && replays < replaysMax; at -= size) {
      const without = [...kept.slice(0, Math.max(at, 0)), ...kept.slice(Math.max(at, 0) + size)];
      if (without.length < kept.length && (await stillDiffers(without))) kept = without;
    }
  }
  return { steps: [...kept, last], doesRepeat: true, replays };
}
