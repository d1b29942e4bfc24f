// What the page asks the server: one request at a time, in the order of the keys.
import { site } from "../root.js";

export const root = document.getElementById("review");
const words = JSON.parse(root.dataset.words);

/** A sentence of the catalogue, its {names} filled in. */
export function say(key, given = {}) {
  return words[key].replace(/\{(\w+)\}/g, (whole, name) => given[name] ?? whole);
}

function address(path, given = {}) {
  const asked = new URLSearchParams({ ...given, lang: root.dataset.lang });
  return `${site}/review/${path}?${root.dataset.second ? "second&" : ""}${asked}`;
}

/** A refusal of the server, or its silence. */
export class Refused extends Error {
  constructor(status, detail, candidates = []) {
    super(detail);
    this.status = status;
    this.candidates = candidates; // that are to be mended
  }
}

async function asked(path, given, body) {
  const sent = { headers: { Accept: "application/json" }, cache: "no-store" };
  if (body !== undefined) {
    sent.method = "POST";
    sent.headers["Content-Type"] = "application/json";
    sent.body = JSON.stringify(body);
  }
  let answer;
  try {
    answer = await fetch(address(path, given), sent);
  } catch {
    throw new Refused(0, say("offline"));
  }
  const told = await answer.json().catch(() => ({}));
  if (answer.ok) return told;
  if (answer.status === 401) location.reload();
  throw new Refused(answer.status, told.detail ?? answer.statusText, told.candidates);
}

export const load = (known) => asked("data", known === undefined ? {} : { known });
export const decide = (decision) => asked("decisions", {}, decision);
export const write = () => asked("finish", {}, {});
export const choices = (column, q) => asked("choices", { column, q });
