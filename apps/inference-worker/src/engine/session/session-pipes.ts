/** The file of a session process that carries its messages, both ways. */
export const MESSAGE_PIPE = 3;
/** The file of a session process that is closed when its node ends. */
export const LIFE_PIPE = 4;
