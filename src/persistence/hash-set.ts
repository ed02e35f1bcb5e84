// Hash set: hashes of keys, 32 bits each, as a snapshot remembers those it is done with.
//
// Open addressing in one Int32Array, a power of two in size and at most half full: about 8 bytes for each hash, none
// of them an object. The hashes are those of the dicts, which are good, so their low bits choose the place.
// Invariant: 0 marks a free place; the hash 0 itself is kept apart.

const FIRST_SIZE = 256;

export class HashSet32 {
  count = 0;
  private places = new Int32Array(FIRST_SIZE);
  private hasZero = false;

  has(hash: number): boolean {
    if (hash === 0) return this.hasZero;
    return this.places[this.placeOf(hash)] !== 0;
  }

  /** Adds a hash; false when it was there. `isKept` says which of the others are still of use, when room is short. */
  add(hash: number, isKept: (hash: number) => boolean): boolean {
    if (hash === 0) {
      const isNew = !this.hasZero;
      this.hasZero = true;
      return isNew;
    }
    const place = this.placeOf(hash);
    if (this.places[place] !== 0) return false;
    this.places[place] = hash;
    if (++this.count * 2 > this.places.length) this.rebuild(isKept);
    return true;
  }

  /** Forgets all hashes, and gives the room back. */
  clear(): void {
    this.places = new Int32Array(FIRST_SIZE);
    this.count = 0;
    this.hasZero = false;
  }

  get sizeBytes(): number {
    return this.places.byteLength;
  }

  private placeOf(hash: number): number {
    const { places } = this;
    const mask = places.length - 1;
    let place = hash & mask;
    while (places[place] !== 0 && places[place] !== hash) place = (place + 1) & mask;
    return place;
  }

  private rebuild(isKept: (hash: number) => boolean): void {
    const old = this.places;
    let kept = 0;
    for (let i = 0; i < old.length; i++) if (old[i] !== 0 && isKept(old[i] as number)) kept++;
    let size = FIRST_SIZE;
    while (size < kept * 4) size *= 2;
    this.places = new Int32Array(size);
    this.count = kept;
    for (let i = 0; i < old.length; i++) {
      const hash = old[i] as number;
      if (hash !== 0 && isKept(hash)) this.places[this.placeOf(hash)] = hash;
    }
  }
}
