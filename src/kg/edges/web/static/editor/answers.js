// An answer as table, graph, chart or as it came: made of DOM nodes and text only.
import { site } from "../root.js";
/* global vis */
import { placeAround } from "../explore/placing.js";

const MOST_ROWS = 500;
const MOST_NODES = 300;
const MOST_BARS = 60;
const [WIDE, BAR_ROW, BAR_LABELS, BAR_VALUES] = [720, 30, 280, 150]; // of a drawing of bars
const NUMBERS = /#(decimal|integer|double|float|gYear|int|long)$/;

export function make(name, attributes = {}, ...content) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...content);
  return made;
}

/** Rows of a SELECT, the word of an ASK, or the triples of a graph, as one shape. */
export function read(type, text) {
  if (type.includes("n-triples")) {
    const rows = text.split("\n").filter(Boolean).map(triple).filter(Boolean);
    return { columns: ["subject", "predicate", "object"], rows };
  }
  const told = JSON.parse(text);
  if ("boolean" in told) return { columns: ["answer"], rows: [{ answer: { type: "literal", value: String(told.boolean) } }] };
  return { columns: told.head.vars, rows: told.results.bindings };
}

const TERM = /^(?:<([^>]*)>|(_:\S+)|"((?:[^"\\]|\\.)*)"(?:@([\w-]+)|\^\^<([^>]*)>)?)\s*/u;
function triple(line) {
  const row = {};
  let rest = line;
  for (const name of ["subject", "predicate", "object"]) {
    const found = TERM.exec(rest);
    if (!found) return null;
    rest = rest.slice(found[0].length);
    row[name] = term(found);
  }
  return row;
}

function term([, iri, blank, text, lang, datatype]) {
  if (iri !== undefined) return { type: "uri", value: unescaped(iri) };
  if (blank !== undefined) return { type: "bnode", value: blank };
  return { type: "literal", value: unescaped(text), "xml:lang": lang, datatype };
}

const MARKS = { t: "\t", n: "\n", r: "\r", b: "\b", f: "\f" };
const unescaped = (text) =>
  text.replace(/\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))/gs, (_, four, eight, mark) =>
    mark ? (MARKS[mark] ?? mark) : String.fromCodePoint(Number.parseInt(four ?? eight, 16)),
  );

/** Where an IRI may lead: its page here, a web address, or nowhere. */
function address(iri, base) {
  if (iri.startsWith(base)) return `${site}/${iri.slice(base.length)}`;
  return /^https?:\/\//.test(iri) ? iri : "";
}

function cell(term, { base }) {
  if (!term) return make("td");
  const content = [term.value];
  if (term.type === "uri") {
    const path = address(term.value, base);
    const short = term.value.replace(base, "").replace(/^(id|scheme)\//, "");
    const claim = /^c-[a-z0-9-]+$/.test(short) ? { href: `${site}/claims/${short}`, "data-claim": short } : { href: path, rel: "noopener nofollow" };
    if (path) content[0] = make("a", claim, short);
  }
  const lang = term["xml:lang"] ? { lang: term["xml:lang"] } : {};
  return make("td", { class: NUMBERS.test(term.datatype ?? "") ? "number" : "", ...lang }, ...content);
}

export function asTable({ columns, rows }, given) {
  const head = make("thead", {}, make("tr", {}, ...columns.map((name) => make("th", { scope: "col" }, name))));
  const body = rows.slice(0, MOST_ROWS).map((row) => make("tr", {}, ...columns.map((name) => cell(row[name], given))));
  const box = make("div", { class: "wide", tabindex: "0", role: "region", "aria-label": given.words.table }, make("table", {}, head, make("tbody", {}, ...body)));
  const rest = rows.length > MOST_ROWS ? [make("p", {}, given.words.first.replace("{n}", MOST_ROWS))] : [];
  return [...rest, box];
}

export const asRaw = (answer, { text }) => [make("pre", { tabindex: "0" }, text.length > 300_000 ? `${text.slice(0, 300_000)}…` : text)];

/** IRIs of one row are joined in order; three of them are subject, predicate, object. */
function joins({ columns, rows }) {
  return rows.flatMap((row) => {
    const iris = columns.map((name) => row[name]).filter((t) => t?.type === "uri").map((t) => t.value);
    if (iris.length >= 3) return [[iris[0], iris[2], iris[1]]];
    return iris.length === 2 ? [[iris[0], iris[1], ""]] : [];
  });
}

export function asGraph(answer, given) {
  const short = (iri) => iri.replace(/^.*[/#](?=.)/, "");
  const found = joins(answer);
  if (!found.length) return [make("p", {}, given.words.nograph)];
  const places = new Map();
  const edges = [];
  for (const [from, to, label] of found) {
    if (!places.has(from)) placeAround(places, [from]);
    if (!places.has(to)) placeAround(places, [to], places.get(from));
    edges.push({ from, to, label: short(label) });
    if (places.size >= MOST_NODES) break;
  }
  const nodes = [...places].map(([id, place]) => ({ id, label: short(id), ...place }));
  const box = make("div", { class: "net", role: "img", "aria-label": given.words.graph });
  const style = getComputedStyle(document.documentElement);
  const ink = style.getPropertyValue("--ink").trim();
  const paper = style.getPropertyValue("--paper").trim();
  const font = { color: ink, strokeColor: paper, strokeWidth: 3, size: 12 };
  requestAnimationFrame(() => {
    const options = {
      physics: false,
      layout: { improvedLayout: false },
      nodes: { shape: "dot", size: 9, font, color: { background: style.getPropertyValue("--rival").trim(), border: ink } },
      edges: { arrows: "to", smooth: false, font: { ...font, size: 10 }, color: style.getPropertyValue("--quiet").trim() },
    };
    new vis.Network(box, { nodes: new vis.DataSet(nodes), edges: new vis.DataSet(edges) }, options);
  });
  return [box];
}

function drawn(kind, attributes, text = "") {
  const element = document.createElementNS("http://www.w3.org/2000/svg", kind);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.textContent = text;
  return element;
}

/** One bar a row, nothing added up: kinds that do not belong together are never summed. */
export function asChart({ columns, rows }, given) {
  const isNumber = (name) => rows.some((row) => NUMBERS.test(row[name]?.datatype ?? ""));
  const value = columns.find(isNumber);
  const label = columns.find((name) => name !== value && rows.some((row) => row[name]?.type === "literal")) ?? columns.find((name) => name !== value);
  if (!value || !label) return [make("p", {}, given.words.nochart)];
  const shown = rows.slice(0, MOST_BARS).filter((row) => Number.isFinite(Number(row[value]?.value ?? NaN)));
  const most = Math.max(...shown.map((row) => Math.abs(Number(row[value].value))), Number.MIN_VALUE);
  const svg = drawn("svg", { viewBox: `0 0 ${WIDE} ${shown.length * BAR_ROW}`, role: "img", "aria-label": `${value}, ${label}` });
  shown.forEach((row, at) => {
    const size = Math.max((Math.abs(Number(row[value].value)) / most) * (WIDE - BAR_LABELS - BAR_VALUES), 1);
    const name = `${at + 1}. ${(row[label]?.value ?? "").replace(/^.*[/#](?=.)/, "").slice(0, 40)}`;
    svg.append(
      drawn("text", { x: BAR_LABELS - 8, y: at * BAR_ROW + 19, class: "label" }, name),
      drawn("rect", { x: BAR_LABELS, y: at * BAR_ROW + 6, width: size, height: 18, class: "bar" }),
      drawn("text", { x: BAR_LABELS + size + 6, y: at * BAR_ROW + 19, class: "words" }, row[value].value),
    );
  });
  const figure = make("figure", { class: "chart" }, svg, make("figcaption", {}, given.words.bars));
  return [figure];
}
