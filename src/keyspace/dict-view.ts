// Dict view: what the views of hashes, sets and sorted sets have in common: once they are large, a member dict.

import type { Ref } from "../store/arena.ts";
import { MemberDict } from "../store/member-dict.ts";
import { CollectionView } from "./collection-view.ts";

export abstract class DictView extends CollectionView {
  /** Open while the collection is large. */
  protected dict: MemberDict | undefined = undefined;
  /** The cell of the element shown, while the collection is large. */
  protected cell: Ref = 0;

  /**
   * HSCAN, SSCAN and ZSCAN: calls `visit` for elements, which the view shows, from `cursor` on, about `count` of them; a
   * packed collection is visited as a whole. Returns the next cursor, 0 at the end. `visit` may not change the collection.
   */
  scan(cursor: number, count: number, visit: () => void): number {
    if (this.entry.root === 0) {
      for (let more = this.begin(); more; more = this.next()) visit();
      return 0;
    }
    return (this.dict as MemberDict).scan(cursor, count, (cell) => {
      if (this.showCell(cell)) visit();
    });
  }

  /** Shows the element in a cell; false when it is hidden. */
  protected abstract showCell(cell: Ref): boolean;

  protected override get cellHere(): Ref {
    return this.cell;
  }

  protected override openLarge(): void {
    const { arena, root, databases } = this.entry;
    this.dict ??= new MemberDict(arena, databases.seed);
    this.dict.open(arena, root, databases.seed);
  }

  /** Takes a cell out of the dict and frees it; the last one takes the key along. */
  protected removeCell(hash: number, cell: Ref): void {
    const dict = this.dict as MemberDict;
    dict.remove(hash, cell);
    this.entry.arena.free(cell);
    if (dict.size === 0) this.removeEmpty();
  }
}
