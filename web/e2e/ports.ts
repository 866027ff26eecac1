/** Where the servers of the end-to-end tests listen, on loopback. */
export const PORT = 8611;
export const MODEL_PORT = 8612;
export const FAKE_MODEL_PORT = 8613;
/** What a workflow may call: the server is told that this address of its own machine is fine. */
export const SINK_PORT = 8614;
