const LONGEST_MESSAGE = 2000;

/** A message as clients can take it: it names what the caller sent, which may be long. */
export function cutShort(message: string): string {
  const short = message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE)}…` : message;
  // By way of UTF-8, because half a character cannot be sent.
  return Buffer.from(short).toString();
}
