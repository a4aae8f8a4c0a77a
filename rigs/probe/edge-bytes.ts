/** What host and board say to each other: start, stop, and a dot for each edge. */
export const START_EDGES = 0x53; // 'S'
export const STOP_EDGES = 0x73; // 's'
export const EDGE = 0x2e; // '.'
