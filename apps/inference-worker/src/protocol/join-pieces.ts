/** About as much as a socket takes at once. */
const PIECE_CHARACTERS = 65_536;

/** Many small pieces of text as fewer large ones. */
export function* joinPieces(pieces: Iterable<string>): Generator<string> {
  let text = '';
  for (const piece of pieces) {
    text += piece;
    if (text.length < PIECE_CHARACTERS) continue;
    yield text;
    text = '';
  }
  if (text !== '') yield text;
}
