// The explorer: search, expand, filter, paths, undo, the address, downloads.
import { site } from "../root.js";
import { ask, changed, choose, downloadAddress, keyOf, kindOf, known, label, lang, learn, mark, places, remember, restore, say, sieve, step, visibleEdges, visibleNodes, whenChanged, word, written } from "./state.js";
import { draw, fit, onChoice as onGraphChoice, png, zoom } from "./graph.js";
import { placeAround, placeInColumns } from "./placing.js";
import { button, make, onChoice as onTableChoice, renderTables } from "./tables.js";
import { add, expand, showChosen, walkKeys } from "./walk.js";

const byId = (id) => document.getElementById(id);
const root = byId("explorer");

function renderCount() {
  const nodes = visibleNodes();
  byId("count").textContent = word("nodes", { nodes: nodes.length, edges: visibleEdges(nodes).length });
}

/** Check boxes of the types and predicates that stand in the picture, filters untouched. */
function renderSieve() {
  const nodes = [...places.keys()].map((id) => known.nodes.get(id)).filter(Boolean);
  const types = new Map(nodes.map((node) => [node.type, label(kindOf(node))]));
  const predicates = new Map();
  for (const id of places.keys())
    for (const edge of known.at.get(id) ?? [])
      if (places.has(edge.source) && places.has(edge.target)) predicates.set(edge.predicate, label(edge));
  boxes("types", types, sieve.types);
  boxes("predicates", predicates, sieve.hide);
  for (const box of document.querySelectorAll("[name=review]")) box.checked = sieve.review.has(box.value);
  byId("since").value = sieve.since;
  byId("until").value = sieve.until;
}

function boxes(id, named, hidden) {
  const focused = document.activeElement?.closest(`#${id}`) && document.activeElement.value;
  const made = [...named].sort((a, b) => a[1].localeCompare(b[1], lang)).map(([value, text]) => {
    const box = make("input", { type: "checkbox", value });
    box.checked = !hidden.has(value);
    box.addEventListener("change", () => {
      remember();
      if (box.checked) hidden.delete(value);
      else hidden.add(value);
      changed();
    });
    return make("label", {}, box, ` ${text}`);
  });
  byId(id).replaceChildren(...made);
  if (focused) [...byId(id).querySelectorAll("input")].find((b) => b.value === focused)?.focus();
}

let asked = 0;
async function suggest() {
  const text = byId("explore-q").value.trim();
  const turn = (asked += 1);
  const list = byId("suggestions");
  if (!text) {
    list.hidden = true;
    return [];
  }
  const { results } = await ask(`${site}/api/search?kind=entity&kind=source&limit=8&q=${encodeURIComponent(text)}`);
  if (turn !== asked) return results;
  const items = results.map((hit) =>
    make("li", {}, button(`${hit.label[lang] || hit.id} (${hit.type})`, () => pick(hit.id), { "data-id": hit.id })),
  );
  list.replaceChildren(...items);
  list.hidden = !items.length;
  if (!items.length) say(word("no-results"));
  return results;
}

async function pick(id) {
  asked += 1;
  byId("suggestions").hidden = true;
  byId("explore-q").value = "";
  if (await add(id)) fit();
  byId("graph").focus();
}

function startSearch() {
  let waiting = 0;
  byId("explore-q").addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => suggest().catch(() => {}), 150);
  });
  byId("explore-find").addEventListener("submit", async (event) => {
    event.preventDefault();
    clearTimeout(waiting);
    const results = await suggest();
    if (results.length) await pick(results[0].id);
  });
  byId("explore-find").addEventListener("keydown", (event) => {
    const buttons = [...byId("suggestions").querySelectorAll("button")];
    const now = buttons.indexOf(document.activeElement);
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") byId("suggestions").hidden = true;
    if (!move || !buttons.length || byId("suggestions").hidden) return;
    event.preventDefault();
    (buttons[now + move] ?? byId("explore-q")).focus();
  });
}

/** Shows every path between two, with what the server tells of them. */
async function findPath(form) {
  const given = Object.fromEntries(new FormData(form));
  const query = new URLSearchParams({ from: given.node, to: given.to, hops: given.hops });
  const found = await ask(`${site}/api/path?${query}`);
  const page = await fetch(`${site}/explore?${new URLSearchParams({ ...given, lang, part: "true" })}`);
  const told = new DOMParser().parseFromString(await page.text(), "text/html");
  const [first, ...others] = told.querySelectorAll(".path");
  byId("way").replaceChildren(...(first ? [first] : []));
  byId("told").replaceChildren(...(first ? others : told.body.children));
  if (!found.length) {
    say(word("no-path"));
    return;
  }
  const walks = found.map((p) => [p.hops[0].start.id, ...p.hops.map((h) => h.end.id)]);
  const ids = [...new Set(walks.flat())];
  await learn(ids);
  remember();
  if (places.size < 2) placeInColumns(places, walks);
  let before = { x: 0, y: 0 };
  for (const id of ids) {
    if (!places.has(id)) placeAround(places, [id], before);
    before = places.get(id);
  }
  choose(found[0].hops[0].start.id, null);
  mark(walks[0]);
  changed();
  fit();
  say(word("added", { n: ids.length }));
}

function startFilters() {
  for (const box of document.querySelectorAll("[name=review]"))
    box.addEventListener("change", () => {
      remember();
      if (box.checked) sieve.review.add(box.value);
      else sieve.review.delete(box.value);
      changed();
    });
  for (const name of ["since", "until"])
    byId(name).addEventListener("change", () => {
      remember();
      sieve[name] = byId(name).value;
      changed();
    });
}

async function save(blob, name) {
  const link = make("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  URL.revokeObjectURL(link.href);
}

function startTools() {
  byId("undo").addEventListener("click", () => step(true));
  byId("redo").addEventListener("click", () => step(false));
  byId("zoom-in").addEventListener("click", () => zoom(1.4));
  byId("zoom-out").addEventListener("click", () => zoom(1 / 1.4));
  byId("fit").addEventListener("click", fit);
  byId("clear").addEventListener("click", () => {
    remember();
    places.clear();
    mark();
    byId("way").replaceChildren();
    choose(null, null);
    changed();
  });
  byId("share").addEventListener("click", async () => {
    await navigator.clipboard?.writeText(location.href);
    say(word("copied"));
  });
  byId("png").addEventListener("click", async () => save(await png(), "jsip-explored.png"));
  for (const link of document.querySelectorAll("a[data-form]"))
    link.addEventListener("click", (event) => {
      const address = downloadAddress(link.dataset.form);
      if (!address) {
        event.preventDefault();
        say(word("long"));
      } else link.href = address;
    });
}

async function start() {
  const graph = { tabindex: "0", role: "application", "aria-label": word("graph"), "aria-describedby": "graph-help" };
  for (const [name, value] of Object.entries(graph)) byId("graph").setAttribute(name, value);
  whenChanged(draw);
  whenChanged(renderTables);
  whenChanged(renderSieve);
  whenChanged(renderCount);
  whenChanged(showChosen);
  onGraphChoice(showChosen);
  onTableChoice(showChosen);
  startSearch();
  startFilters();
  startTools();
  byId("graph").addEventListener("keydown", walkKeys);
  byId("graph").addEventListener("expand", (event) => expand(event.detail));
  byId("path").addEventListener("submit", (event) => {
    event.preventDefault();
    findPath(event.target).catch(() => {});
  });
  addEventListener("hashchange", () => {
    const asked = location.hash.slice(1);
    if (asked !== written()) restore(asked).catch(() => {});
  });
  await begin();
  fit();
}

async function begin() {
  const { here, to } = root.dataset;
  if (location.hash.length > 1) await restore(location.hash.slice(1));
  else if (here) {
    await learn([here]);
    const kept = JSON.parse(root.dataset.places);
    placeAround(places, [here]);
    choose(here, null);
    if (to) await findPath(byId("path")).catch(() => {}); // what went wrong is said by then
    if (places.size < 2) await expand(here, undefined, kept);
  } else changed();
}

start().catch((error) => say(word("failed", { why: error.message })));
