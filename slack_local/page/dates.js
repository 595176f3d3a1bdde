/**
 * Times as a person reads them, in that person's own zone.
 * Source of the tokens: docs.slack.dev/messaging/formatting-message-text, "Date formatting".
 */

const DAY = 86_400_000;
const AGO = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

/** A zone that the browser knows, else the browser's own. @param {string | undefined} zone IANA name */
export function knownZone(zone) {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

/** The parts of a moment on a clock in that zone. @param {Date} moment @param {string | undefined} zone */
function parts(moment, zone) {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    weekday: "long",
    year: "numeric",
    month: "long",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  const found = Object.fromEntries(format.formatToParts(moment).map((part) => [part.type, part.value]));
  const month = new Intl.DateTimeFormat("en-US", { timeZone: zone, month: "numeric" }).format(moment);
  return { ...found, number: Number(month), day: Number(found.day), year: Number(found.year) };
}

/** @param {number} day */
function ordinal(day) {
  const teen = day % 100 >= 11 && day % 100 <= 13;
  return `${day}${teen ? "th" : ({ 1: "st", 2: "nd", 3: "rd" }[day % 10] ?? "th")}`;
}

const two = (number) => String(number).padStart(2, "0");

/** Days from today to the moment, by the calendar of the zone. */
function daysAway(moment, now, zone) {
  const [there, here] = [parts(moment, zone), parts(now, zone)];
  const days = (at) => Date.UTC(at.year, at.number - 1, at.day) / DAY;
  return days(there) - days(here);
}

/** "today", "yesterday", "tomorrow", else what `otherwise` gives. */
function pretty(moment, now, zone, otherwise) {
  return { 0: "today", 1: "tomorrow", [-1]: "yesterday" }[daysAway(moment, now, zone)] ?? otherwise;
}

/** "4 minutes ago", "in 2 hours". @param {Date} moment @param {Date} now */
export function ago(moment, now) {
  const seconds = Math.round((moment.getTime() - now.getTime()) / 1000);
  const [unit, size] = AGO.find(([, length]) => Math.abs(seconds) >= length) ?? ["second", 1];
  return new Intl.RelativeTimeFormat("en", { numeric: "auto" }).format(Math.trunc(seconds / size), unit);
}

/** The words of each token. @returns {Record<string, () => string>} */
function tokens(moment, now, zone) {
  const at = parts(moment, zone);
  const short = `${at.month.slice(0, 3)} ${at.day}, ${at.year}`;
  const date = `${at.month} ${ordinal(at.day)}, ${at.year}`;
  const long = `${at.weekday}, ${date}`;
  const thisYear = at.year === parts(now, zone).year;
  return {
    date_num: () => `${at.year}-${two(at.number)}-${two(at.day)}`,
    date_slash: () => `${two(at.day)}/${two(at.number)}/${at.year}`,
    date: () => date,
    date_full: () => date,
    date_long: () => long,
    date_long_full: () => `${at.month} ${at.day}, ${at.year}`,
    date_short: () => short,
    date_pretty: () => pretty(moment, now, zone, date),
    date_long_pretty: () => pretty(moment, now, zone, long),
    date_short_pretty: () => pretty(moment, now, zone, short),
    day_divider_pretty: () =>
      pretty(moment, now, zone, thisYear ? `${at.weekday}, ${at.month} ${ordinal(at.day)}` : long),
    time: () => `${at.hour}:${at.minute}`,
    time_secs: () => `${at.hour}:${at.minute}:${at.second}`,
    ago: () => ago(moment, now),
  };
}

/**
 * The format with its tokens filled in, or null where it holds none that is known (then the fallback is for reading).
 * The first letter becomes a capital, as Slack does.
 * @param {number} seconds since 1970 @param {string} format @param {string | undefined} zone @param {Date} now
 */
export function formatted(seconds, format, zone, now) {
  const moment = new Date(seconds * 1000);
  if (Number.isNaN(moment.getTime())) return null;
  const known = tokens(moment, now, zone);
  let some = false;
  const words = format.replace(/\{(\w+)\}/g, (whole, name) => {
    if (!Object.hasOwn(known, name)) return whole;
    some = true;
    return known[name]();
  });
  return some ? words.charAt(0).toUpperCase() + words.slice(1) : null;
}

/** The seconds of Slack's ts. @param {string} ts */
export function secondsOf(ts) {
  return Number(ts.split(".")[0]);
}

/** What an `<input type="datetime-local">` wants: the wall clock in that zone. @param {number} seconds */
export function toLocalInput(seconds, zone) {
  const at = parts(new Date(seconds * 1000), zone);
  return `${at.year}-${two(at.number)}-${two(at.day)}T${at.hour}:${at.minute}`;
}

/** The moment at which that wall clock shows this in the zone. @param {string} text "2026-03-01T14:30" @returns seconds */
export function fromLocalInput(text, zone) {
  const wanted = Date.parse(`${text}:00Z`) / 1000;
  const offset = (seconds) => Date.parse(`${toLocalInput(seconds, zone)}:00Z`) / 1000 - Math.floor(seconds / 60) * 60;
  const first = wanted - offset(wanted);
  return wanted - offset(first);
}
