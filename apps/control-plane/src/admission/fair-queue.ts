/** Who waits: shares are counted by workspace, and within one by token. */
export interface Holder {
  readonly workspaceId: string;
  readonly tokenId: string;
}

/**
 * A queue in which workspaces take turns, and the tokens of a workspace take turns at its turns: whoever sends a thousand at once waits
 * for his own, not the others for him.
 */
export class FairQueue<Item> {
  readonly #workspaces = new Map<string, Map<string, Item[]>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  sizeOf({ workspaceId, tokenId }: Holder): number {
    return this.#workspaces.get(workspaceId)?.get(tokenId)?.length ?? 0;
  }

  add({ workspaceId, tokenId }: Holder, item: Item): void {
    const tokens = this.#workspaces.get(workspaceId) ?? new Map<string, Item[]>();
    const items = tokens.get(tokenId) ?? [];
    items.push(item);
    tokens.set(tokenId, items);
    this.#workspaces.set(workspaceId, tokens);
    this.#size += 1;
  }

  /** The next whose turn it is and who may; whoever may not is passed over and keeps his place. */
  take(may: (holder: Holder) => boolean): Item | undefined {
    for (const [workspaceId, tokens] of this.#workspaces) {
      for (const [tokenId, items] of tokens) {
        const [item] = items;
        if (item === undefined || !may({ workspaceId, tokenId })) continue;
        this.drop({ workspaceId, tokenId }, item);
        // Maps keep the order in which keys were set: who had his turn is set anew, behind all others.
        if (tokens.delete(tokenId)) tokens.set(tokenId, items);
        if (this.#workspaces.delete(workspaceId)) this.#workspaces.set(workspaceId, tokens);
        return item;
      }
    }
    return undefined;
  }

  /** Somebody stops waiting. The others keep their places, also those of his workspace. */
  drop({ workspaceId, tokenId }: Holder, item: Item): void {
    const tokens = this.#workspaces.get(workspaceId);
    const items = tokens?.get(tokenId);
    const place = items?.indexOf(item) ?? -1;
    if (tokens === undefined || items === undefined || place === -1) return;
    items.splice(place, 1);
    this.#size -= 1;
    if (items.length === 0) tokens.delete(tokenId);
    if (tokens.size === 0) this.#workspaces.delete(workspaceId);
  }

  /** The last who came of whoever has most waiting; nobody, unless that is more than the workspace would have with one more. */
  dropFromLargest({ workspaceId }: Holder): Item | undefined {
    const [largest] = [...this.#workspaces].toSorted(([, a], [, b]) => countOf(b) - countOf(a));
    if (largest === undefined || countOf(largest[1]) <= countOf(this.#workspaces.get(workspaceId)) + 1) return undefined;
    const [of, tokens] = largest;
    const [longest] = [...tokens].toSorted(([, a], [, b]) => b.length - a.length);
    const item = longest?.[1].at(-1);
    if (longest !== undefined && item !== undefined) this.drop({ workspaceId: of, tokenId: longest[0] }, item);
    return item;
  }
}

function countOf(tokens: ReadonlyMap<string, readonly unknown[]> | undefined): number {
  let count = 0;
  for (const items of tokens?.values() ?? []) count += items.length;
  return count;
}
