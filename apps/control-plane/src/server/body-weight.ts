/** Bytes that members of a parsed JSON value take beside their texts, roughly, and rather too many than too few. */
const CONTAINER = 64;
const TEXT = 32;
const ITEM = 12;
/** An object whose keys no other has is kept with a description of its own. */
const KEY = 100;

const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const WEIGHTS = new Uint8Array(256);
for (const [byte, weight] of [
  ['[', CONTAINER],
  ['{', CONTAINER],
  ['"', TEXT],
  [',', ITEM],
  [':', KEY],
] as const)
  WEIGHTS[byte.charCodeAt(0)] = weight;

/**
 * About how many bytes a JSON text takes once it is parsed: `[[],[],…]` takes twenty times what it takes on the wire. Counted without
 * parsing, so that what does not fit is never in memory.
 */
export function weightOf(json: Uint8Array): number {
  let weight = json.length;
  for (let at = 0; at < json.length; at++) {
    const byte = json[at] ?? 0;
    weight += WEIGHTS[byte] ?? 0;
    if (byte === QUOTE) at = endOfText(json, at);
  }
  return weight;
}

/** Where the text that begins here ends: its characters weigh what they are. */
function endOfText(json: Uint8Array, from: number): number {
  for (let at = from + 1; at < json.length; at++) {
    if (json[at] === BACKSLASH) at += 1;
    else if (json[at] === QUOTE) return at;
  }
  return json.length;
}
