// What is chosen, in words and with what can be done about it; the walk with the keys.
import { site } from "../root.js";
import { AT_ONCE, changed, choose, chosen, keyOf, kindOf, known, label, lang, learn, passes, places, remember, say, sieve, word } from "./state.js";
import { openClaim } from "../drawer.js";
import { bringIntoView, mark } from "./graph.js";
import { placeAround } from "./placing.js";
import { button, claimLink, make, markRows } from "./tables.js";

const trail = []; // where the keys came from

/** The edges at an entity that pass, by predicate and way. */
function groupsAt(id) {
  const groups = new Map();
  for (const edge of (known.at.get(id) ?? []).filter(passes)) {
    const forward = edge.source === id;
    const key = `${edge.predicate} ${forward}`;
    if (!groups.has(key)) groups.set(key, { edge, forward, ends: [] });
    groups.get(key).ends.push(forward ? edge.target : edge.source);
  }
  return [...groups.values()].sort((a, b) => b.ends.length - a.ends.length);
}

const isNew = (end) => !places.has(end) && !sieve.types.has(known.nodes.get(end)?.type);

/** Adds what is joined to an entity, along one predicate or all, around it. */
export async function expand(id, group, kept) {
  await learn([id]);
  const ends = (group ? group.ends : groupsAt(id).flatMap((g) => g.ends)).filter(isNew);
  const fresh = [...new Set(ends)];
  const adding = fresh.slice(0, AT_ONCE);
  if (!adding.length) {
    say(word("none-new"));
    return;
  }
  await learn(adding);
  performance.mark("expanding");
  remember();
  placeAround(places, adding, places.get(id), kept);
  changed();
  performance.measure("expand", "expanding");
  say(adding.length < fresh.length ? word("capped", { n: adding.length, total: fresh.length }) : word("added", { n: adding.length }));
}

/** Adds one entity by id; false where nothing joins it. */
export async function add(id) {
  const missing = await learn([id]);
  if (missing.length) {
    say(word("missing", { names: id }));
    return false;
  }
  if (!places.has(id)) {
    remember();
    placeAround(places, [id]);
  }
  choose(id, null);
  changed();
  return true;
}

export function remove(id) {
  remember();
  places.delete(id);
  choose(null, null);
  changed();
}

export function showChosen() {
  const box = document.getElementById("walk");
  mark();
  markRows();
  const node = known.nodes.get(chosen.node);
  const edge = known.edges.get(chosen.edge);
  if (edge) box.replaceChildren(...edgeCard(edge));
  else if (node && places.has(node.id)) box.replaceChildren(...nodeCard(node));
  else box.replaceChildren(make("p", {}, word("empty")));
}

function nodeCard(node) {
  const query = lang === "en" ? "" : `?lang=${lang}`;
  const address = `${site}/entity/${node.id.split("/").map(encodeURIComponent).join("/")}${query}`;
  const groups = groupsAt(node.id).map((group) => {
    const count = new Set(group.ends).size;
    const left = new Set(group.ends.filter(isNew)).size;
    const text = `${label(group.edge)} ${group.forward ? "→" : "←"} ${count}${left && left < count ? ` (+${left})` : ""}`;
    const attributes = left ? {} : { disabled: "" };
    return make("li", {}, button(text, () => expand(node.id, group), { ...attributes, "data-predicate": group.edge.predicate, "data-forward": group.forward }));
  });
  return [
    make("h2", {}, label(node)),
    make("p", {}, label(kindOf(node)), " · ", make("a", { href: address }, word("page"))),
    make("p", {}, button(word("expand-all"), () => expand(node.id), { id: "expand-all" }), " ", button(word("remove"), () => remove(node.id))),
    make("ul", { "aria-label": word("expand") }, ...groups),
  ];
}

function edgeCard(edge) {
  const name = (id) => button(label(known.nodes.get(id)), () => {
    choose(id, null);
    showChosen();
  });
  const claims = edge.claims.map((note) => make("li", {}, `${note.review}${note.said_on ? `, ${note.said_on}` : ""} `, claimLink(note.id)));
  return [make("h2", {}, label(edge)), make("p", {}, name(edge.source), " → ", name(edge.target)), make("ul", {}, ...claims)];
}

/** The edges at an entity whose both ends are shown. */
function edgesAt(id) {
  return (known.at.get(id) ?? []).filter((e) => passes(e) && places.has(e.source) && places.has(e.target));
}

function along(step) {
  const here = chosen.node ?? places.keys().next().value;
  const list = here ? edgesAt(here) : [];
  if (!list.length) return;
  const now = list.findIndex((e) => keyOf(e) === chosen.edge);
  const edge = list[(now + step + list.length + (now < 0 && step < 0 ? 1 : 0)) % list.length];
  choose(here, keyOf(edge));
  announce(edge);
}

function announce(edge) {
  const [from, to] = [edge.source, edge.target].map((id) => label(known.nodes.get(id)));
  say(`${from} · ${label(edge)} · ${to}`);
}

function visit(id) {
  choose(id, null);
  bringIntoView(id);
  const node = known.nodes.get(id);
  say(`${label(node)}, ${label(kindOf(node))}, ${edgesAt(id).length} ${word("links")}`);
}

function follow() {
  const edge = known.edges.get(chosen.edge);
  if (!edge || !chosen.node) return along(1);
  trail.push(chosen.node);
  return visit(edge.source === chosen.node ? edge.target : edge.source);
}

function goBack() {
  const id = trail.pop();
  if (places.has(id)) visit(id);
}

function openEvidence() {
  const edge = known.edges.get(chosen.edge) ?? (chosen.node ? edgesAt(chosen.node)[0] : null);
  const claim = edge?.claims[0];
  if (claim) openClaim(claim.id);
}

const KEYS = {
  ArrowDown: () => along(1),
  ArrowUp: () => along(-1),
  ArrowRight: follow,
  ArrowLeft: goBack,
  Enter: () => chosen.node && expand(chosen.node),
  e: openEvidence,
  Delete: () => chosen.node && remove(chosen.node),
};

export function walkKeys(event) {
  const act = KEYS[event.key] ?? KEYS[event.key.toLowerCase()];
  if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  if (!chosen.node && places.size) choose(places.keys().next().value, chosen.edge);
  act();
  showChosen();
}
