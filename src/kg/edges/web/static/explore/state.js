// What is shown (entities and their places), what is known of it, what may pass; undo; the address.

import { site } from "../root.js";
const root = document.getElementById("explorer");
const WORDS = JSON.parse(root.dataset.words);
export const lang = root.dataset.lang;
export const AT_ONCE = 100; // entities that one expansion adds
const CHUNK = 200; // entities whose edges are asked for together: the server's limit
const FAR = 1_000_000;

export const known = { nodes: new Map(), edges: new Map(), at: new Map(), kinds: {} };
export const places = new Map();
export const chosen = { node: null, edge: null };
export const way = { nodes: new Set(), edges: new Set() }; // the path that was found
export let sieve = openSieve();
const past = [];
const future = [];
const listeners = [];

function openSieve() {
  return { review: new Set(["accepted"]), hide: new Set(), types: new Set(), since: "", until: "" };
}

export function word(key, given = {}) {
  return WORDS[key].replace(/\{(\w+)\}/g, (_, name) => String(given[name]));
}

export function say(text) {
  document.getElementById("message").textContent = text;
}

export const label = (thing) => thing[lang] || thing.en || thing.id;
export const keyOf = (edge) => `${edge.source} ${edge.predicate} ${edge.target}`;
export const kindOf = (node) => known.kinds[node.type] ?? { en: node.type, ja: node.type, family: "other", shape: "dot" };

export function whenChanged(listener) {
  listeners.push(listener);
}

export function changed() {
  for (const listener of listeners) listener();
  document.getElementById("undo").disabled = past.length === 0;
  document.getElementById("redo").disabled = future.length === 0;
  history.replaceState(null, "", `#${written()}`);
}

/** Asks for JSON; says what went wrong and throws where there is none. */
export async function ask(path) {
  let answer;
  try {
    answer = await fetch(path, { headers: { Accept: "application/json" } });
  } catch (error) {
    say(word("failed", { why: error.message }));
    throw error;
  }
  const body = await answer.json();
  if (!answer.ok) {
    say(word("failed", { why: body.detail ?? answer.status }));
    throw new Error(body.detail);
  }
  return body;
}

/** Learns every edge at some entities; answers the ids that the snapshot lacks. */
export async function learn(ids) {
  const wanted = ids.filter((id) => !known.at.has(id));
  const missing = [];
  for (let start = 0; start < wanted.length; start += CHUNK) {
    const chunk = wanted.slice(start, start + CHUNK);
    const found = await ask(`${site}/api/steps?nodes=${encodeURIComponent(chunk.join(","))}`);
    missing.push(...found.missing);
    Object.assign(known.kinds, found.kinds);
    for (const node of found.nodes) known.nodes.set(node.id, node);
    for (const id of chunk) known.at.set(id, []);
    for (const edge of found.edges) known.edges.set(keyOf(edge), edge);
    const inChunk = new Set(chunk);
    for (const edge of found.edges)
      for (const end of new Set([edge.source, edge.target])) if (inChunk.has(end)) known.at.get(end).push(edge);
  }
  return missing;
}

export function passes(edge) {
  if (!sieve.review.has(edge.review) || sieve.hide.has(edge.predicate)) return false;
  if (!sieve.since && !sieve.until) return true;
  return edge.claims.some(
    ({ said_on: day }) =>
      day && day >= sieve.since && (!sieve.until || day.slice(0, sieve.until.length) <= sieve.until),
  );
}

export function visibleNodes() {
  return [...places.keys()].map((id) => known.nodes.get(id)).filter((n) => n && !sieve.types.has(n.type));
}

/** The edges that pass, between entities that are shown; each once. */
export function visibleEdges(nodes = visibleNodes()) {
  const inside = new Set(nodes.map((node) => node.id));
  const found = new Map();
  for (const id of inside)
    for (const edge of known.at.get(id) ?? [])
      if (inside.has(edge.source) && inside.has(edge.target) && passes(edge)) found.set(keyOf(edge), edge);
  return [...found.values()];
}

export function choose(node, edge) {
  chosen.node = node;
  chosen.edge = edge;
}

/** Marks the nodes and edges of a path; without one nothing is marked. */
export function mark(walk = []) {
  way.nodes = new Set(walk);
  const pairs = new Set(walk.slice(1).flatMap((id, i) => [`${walk[i]} ${id}`, `${id} ${walk[i]}`]));
  way.edges = new Set([...known.edges.values()].filter((e) => pairs.has(`${e.source} ${e.target}`)).map(keyOf));
}

/** Remembers what is shown, so that the change that follows can be undone. */
export function remember() {
  past.push(written());
  future.length = 0;
}

export async function step(back) {
  const [from, to] = back ? [past, future] : [future, past];
  if (!from.length) return;
  to.push(written());
  await restore(from.pop());
}

/** What is shown as a compact text for the address. */
export function written() {
  const given = new URLSearchParams();
  const spots = [...places].map(([id, { x, y }]) => `${id}:${Math.round(x)}:${Math.round(y)}`);
  if (spots.length) given.set("n", spots.join(","));
  for (const name of ["hide", "types"]) if (sieve[name].size) given.set(name, [...sieve[name]].join(","));
  const review = [...sieve.review].sort().join(",");
  if (review !== "accepted") given.set("review", review);
  for (const name of ["since", "until"]) if (sieve[name]) given.set(name, sieve[name]);
  return given.toString().replaceAll("%3A", ":").replaceAll("%2C", ",").replaceAll("%2F", "/");
}

const items = (text) => (text ?? "").split(",").filter(Boolean);
const day = (text) => (/^\d{4}-\d\d-\d\d$/.test(text ?? "") ? text : "");

/** Shows what an address says; what is no place or no entity of the snapshot is left out. */
export async function restore(text) {
  const given = new URLSearchParams(text);
  const spots = new Map();
  for (const item of items(given.get("n")).slice(0, 2000)) {
    const [, id, x, y] = /^(.+):(-?\d{1,7}):(-?\d{1,7})$/.exec(item) ?? [];
    if (id && Math.abs(x) <= FAR && Math.abs(y) <= FAR) spots.set(id, { x: Number(x), y: Number(y) });
  }
  const missing = await learn([...spots.keys()]);
  for (const id of missing) spots.delete(id);
  places.clear();
  for (const [id, spot] of spots) places.set(id, spot);
  sieve = openSieve();
  if (given.has("review")) sieve.review = new Set(items(given.get("review")));
  sieve.hide = new Set(items(given.get("hide")));
  sieve.types = new Set(items(given.get("types")));
  sieve.since = day(given.get("since"));
  sieve.until = day(given.get("until"));
  if (!places.has(chosen.node)) choose(null, null);
  if (missing.length) say(word("missing", { names: missing.join(", ").slice(0, 300) }));
  changed();
}

/** The address of a download of what is visible; empty where it would be too long. */
export function downloadAddress(form) {
  const spots = visibleNodes().map(({ id }) => {
    const { x, y } = places.get(id);
    return `${id}:${Math.round(x)}:${Math.round(y)}`;
  });
  const given = new URLSearchParams({ nodes: spots.join(","), review: [...sieve.review].join(","), lang });
  for (const name of ["since", "until"]) if (sieve[name]) given.set(name, sieve[name]);
  if (sieve.hide.size) given.set("hide", [...sieve.hide].join(","));
  if (form === "svg") given.set("save", "true");
  const address = `${site}/explore.${form}?${given.toString().replaceAll("%3A", ":").replaceAll("%2C", ",")}`;
  return address.length > 60_000 ? "" : address;
}
