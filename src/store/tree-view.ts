// Tree view: what the trees over a counted tree (counted-tree.ts) have in common: to be opened, walked, measured and
// taken apart.
//
// Role: a base without state of its own but the tree. What is called for each command goes to `tree` directly.

import type { Arena, Ref } from "./arena.ts";
import { CountedTree, type TreeKey, type TreeLayout } from "./counted-tree.ts";

export abstract class TreeView {
  protected readonly tree: CountedTree;

  constructor(arena: Arena, layout: TreeLayout, key: TreeKey) {
    this.tree = new CountedTree(arena, layout, key);
  }

  /** Points this view at the tree whose header stands at byte `offset` of `root`. */
  open(arena: Arena, root: Ref, offset: number): this {
    this.tree.open(arena, root, offset);
    return this;
  }

  /** The sum of all weights: for most trees the number of entries. */
  get weight(): number {
    return this.tree.weight;
  }

  /** See CountedTree.seekPosition. */
  seekPosition(position: number): number {
    return this.tree.seekPosition(position);
  }

  /** Goes to the last entry; false when there is none. */
  seekLast(): boolean {
    return this.tree.seekLast();
  }

  /** The sum of the weights before the path's entry. */
  get rank(): number {
    return this.tree.rank;
  }

  /** True while the path stands at an entry. */
  get isAtEntry(): boolean {
    return this.tree.isAtEntry;
  }

  /** Goes one entry on; false past the last. */
  next(): boolean {
    return this.tree.next();
  }

  /** Goes one entry back; false, and the path stays, at the first. */
  previous(): boolean {
    return this.tree.previous();
  }

  /** See CountedTree.freeSome. */
  freeSome(count: number): boolean {
    return this.tree.freeSome(count);
  }

  /** See CountedTree.relocate. */
  relocate(position: number): number {
    return this.tree.relocate(position);
  }

  /** Bytes of the nodes, not of what the entries name. O(nodes). */
  get nodeBytes(): number {
    return this.tree.nodeBytes;
  }
}
