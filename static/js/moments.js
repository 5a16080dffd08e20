// @ts-check
// Ids and times as a device makes them, for browsers back to Chromium 80.

/** A random UUID (version 4). Not crypto.randomUUID: that needs a secure context, and many warehouse networks have plain HTTP. */
export function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/**
 * ISO 8601 in the device's own time with its offset.
 * @param {Date} date
 */
export function isoLocal(date) {
  const offset = -date.getTimezoneOffset();
  const local = new Date(date.getTime() + offset * 60000).toISOString().slice(0, -1);
  /** @param {number} number */
  const pad = (number) => String(Math.floor(Math.abs(number))).padStart(2, "0");
  return `${local}${offset < 0 ? "-" : "+"}${pad(offset / 60)}:${pad(offset % 60)}`;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/**
 * "28 Nov 2026, 06:05": as the server writes it, on the clock of this device. The words of the pages are English everywhere.
 * @param {Date} at
 */
export function written(at) {
  const [hours, minutes] = [at.getHours(), at.getMinutes()].map((number) => String(number).padStart(2, "0"));
  return `${at.getDate()} ${MONTHS[at.getMonth()]} ${at.getFullYear()}, ${hours}:${minutes}`;
}

/**
 * Show every time below `root` in the device's own zone.
 * @param {ParentNode} root
 */
export function showMoments(root) {
  /** @type {NodeListOf<HTMLTimeElement>} */
  const times = root.querySelectorAll("time[data-moment]");
  for (const time of times) {
    const at = new Date(time.dateTime);
    time.title = isoLocal(at); // to the second
    time.textContent = written(at);
    time.removeAttribute("data-moment");
  }
}
