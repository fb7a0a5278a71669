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
        this.#remove(workspaceId, tokens, tokenId, items, item);
        return item;
      }
    }
    return undefined;
  }

  /** Somebody stops waiting. */
  drop({ workspaceId, tokenId }: Holder, item: Item): void {
    const tokens = this.#workspaces.get(workspaceId);
    const items = tokens?.get(tokenId);
    if (tokens !== undefined && items?.includes(item) === true) this.#remove(workspaceId, tokens, tokenId, items, item);
  }

  /** Maps keep the order in which keys were set: who had his turn is set anew, behind all others. */
  #remove(workspaceId: string, tokens: Map<string, Item[]>, tokenId: string, items: Item[], item: Item): void {
    items.splice(items.indexOf(item), 1);
    this.#size -= 1;
    tokens.delete(tokenId);
    this.#workspaces.delete(workspaceId);
    if (items.length > 0) tokens.set(tokenId, items);
    if (tokens.size > 0) this.#workspaces.set(workspaceId, tokens);
  }
}
