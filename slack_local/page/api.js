/** What the page asks of the local Slack. See README.md, "What the page speaks". */

/** An answer that was not what was asked for; `message` is words that a person can read. */
export class LocalError extends Error {
  /** @param {string} words @param {number} status HTTP status; 0 when nothing answered @param {unknown} [cause] */
  constructor(words, status, cause) {
    super(words, { cause });
    this.name = "LocalError";
    this.status = status;
  }
}

const NOT_THERE = "The local Slack does not answer. Is it still running? The page keeps trying.";

/** @param {string} call @param {Record<string, string>} [query] */
export function get(call, query = {}) {
  const search = new URLSearchParams(query).toString();
  return ask(`/local/${call}${search ? `?${search}` : ""}`, {});
}

/** @param {string} call @param {Record<string, unknown>} body */
export function post(call, body) {
  const headers = { "Content-Type": "application/json" };
  return ask(`/local/${call}`, { method: "POST", headers, body: JSON.stringify(body) });
}

/** @param {string} path @param {RequestInit} request */
async function ask(path, request) {
  let response;
  try {
    response = await fetch(path, { ...request, cache: "no-store" });
  } catch (reason) {
    throw new LocalError(NOT_THERE, 0, reason);
  }
  const answer = await read(response);
  if (!response.ok || answer.ok === false) {
    throw new LocalError(answer.error ?? `The local Slack answered with status ${response.status}.`, response.status);
  }
  return answer;
}

/** @param {Response} response */
async function read(response) {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    throw new LocalError(`The local Slack answered with status ${response.status} and no words.`, response.status);
  }
}
