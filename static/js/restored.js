// After the server was put back from a backup, devices send again what it had acknowledged since: the record takes each
// scan once, so nothing is lost and nothing doubles. The server says so by a mark that the device has not seen yet.

const KEY = "scanner.restored";
const SINCE_MS = 24 * 3600 * 1000;

/** Compare the page's mark with the one this device knows; when it is another, send the last day again. */
export function resendAfterRestore(outbox, mark) {
  const known = remembered();
  if (known === mark) return;
  remember(mark);
  if (mark) outbox.resendSince(Date.now() - SINCE_MS);
}

function remembered() {
  try {
    return localStorage.getItem(KEY);
  } catch (error) {
    return null;
  }
}

function remember(mark) {
  try {
    localStorage.setItem(KEY, mark);
  } catch (error) {
    // Without storage there is nothing kept to send again either.
  }
}
