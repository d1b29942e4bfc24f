// The query editor: completion, running and cancelling, errors in place, answers, taking it along.
import { site } from "../root.js";
import { EditorView, HighlightStyle, autocompletion, keymap, lineNumbers, minimalSetup, setDiagnostics, sparql, syntaxHighlighting, tags } from "../vendor/codemirror.min.js";
import { asChart, asGraph, asRaw, asTable, make, read } from "./answers.js";
import { complete } from "./completing.js";

const byId = (id) => document.getElementById(id);
const box = byId("editor");
const words = JSON.parse(box.dataset.words);
const { base } = box.dataset;
const field = byId("query");
const VIEWS = { table: asTable, graph: asGraph, chart: asChart, raw: asRaw };
const SHORT = 6000; // characters of a query that an address may carry
let running = null;
let answer = null;
let view = "table";

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword], color: "var(--link)" },
  { tag: tags.comment, color: "var(--quiet)", fontStyle: "italic" },
  { tag: [tags.string, tags.number], color: "var(--settled)" },
]);
const editor = new EditorView({
  doc: field.value,
  parent: box,
  extensions: [
    keymap.of([{ key: "Mod-Enter", run: () => (run(), true) }]),
    minimalSetup,
    lineNumbers(),
    syntaxHighlighting(colours),
    sparql(),
    autocompletion({ override: [complete], icons: false }),
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ "aria-label": words.query, "aria-describedby": "editor-help", tabindex: "0" }),
    EditorView.updateListener.of(({ docChanged, state }) => {
      if (docChanged) field.value = state.doc.toString();
    }),
  ],
});

const text = () => editor.state.doc.toString();
const say = (said) => (byId("state").textContent = said);

function mark(problem) {
  const doc = editor.state.doc;
  const found = [];
  if (problem?.line) {
    const line = doc.line(Math.min(problem.line, doc.lines));
    const from = Math.min(line.from + Math.max(0, (problem.column ?? 1) - 1), line.to);
    found.push({ from, to: Math.min(from + 1, doc.length), severity: "error", message: problem.detail.split("\n")[0] });
    editor.dispatch({ selection: { anchor: from }, scrollIntoView: true });
  }
  editor.dispatch(setDiagnostics(editor.state, found));
}

function request(query, signal) {
  const headers = { Accept: "application/sparql-results+json, application/n-triples;q=0.9" };
  const parameters = new URLSearchParams({ query });
  if (query.length <= SHORT) return fetch(`${site}/sparql?${parameters}`, { headers, signal });
  return fetch(`${site}/sparql`, { method: "POST", headers, body: parameters, signal });
}

async function run() {
  running?.abort();
  const mine = (running = new AbortController());
  const query = text();
  const began = performance.now();
  byId("cancel").hidden = false;
  say(words.running);
  mark(null);
  try {
    const reply = await request(query, mine.signal);
    const body = await reply.text();
    if (running !== mine) return;
    const took = Math.round(performance.now() - began);
    if (!reply.ok) refused(reply, body);
    else accepted(query, reply.headers.get("content-type") ?? "", body, took);
  } catch (error) {
    if (running === mine || error.name !== "AbortError") say(error.name === "AbortError" ? words.cancelled : words.failed.replace("{why}", error.message));
  } finally {
    if (running === mine) {
      running = null;
      byId("cancel").hidden = true;
    }
  }
}

function cancel() {
  const mine = running;
  running = null;
  byId("cancel").hidden = true;
  mine?.abort();
  say(words.cancelled);
  editor.focus();
}

function refused(reply, body) {
  let problem = { detail: `${reply.status} ${reply.statusText}` };
  try {
    problem = JSON.parse(body);
  } catch {
    // not from us: the status has to do
  }
  byId("told")?.remove();
  byId("answer").hidden = false;
  byId("shown").replaceChildren(make("pre", { class: "fault", role: "alert" }, problem.detail ?? problem.title));
  byId("reuse").replaceChildren();
  say(problem.title ?? words.failed.replace("{why}", reply.status));
  mark(problem);
}

function accepted(query, type, body, took) {
  byId("told")?.remove();
  answer = { query, text: body, ...read(type, body) };
  byId("answer").hidden = false;
  say(words.rows.replace("{n}", answer.rows.length).replace("{ms}", took));
  show(view);
  offer(query);
}

function show(name) {
  view = name;
  for (const button of document.querySelectorAll(".views button")) button.setAttribute("aria-pressed", String(button.value === name));
  if (answer) byId("shown").replaceChildren(...VIEWS[name](answer, { base, words, text: answer.text }));
}

/** What to paste elsewhere, and how to cite; the citation is made when it is asked for. */
async function offer(query) {
  const reply = await fetch(`${site}/api/snippets?${new URLSearchParams({ query })}`);
  if (!reply.ok) return;
  const told = await reply.json();
  const made = Object.entries(told).map(([name, snippet]) =>
    make("details", {}, make("summary", {}, words[name]), make("pre", { tabindex: "0" }, snippet), copying(() => snippet)),
  );
  const cite = make("details", { id: "cite" }, make("summary", {}, words.cite), make("p", {}, "…"));
  cite.addEventListener("toggle", () => fillCitation(cite, query), { once: true });
  byId("reuse").replaceChildren(cite, ...made);
}

async function fillCitation(cite, query) {
  const reply = await fetch(`${site}/api/citation?${new URLSearchParams({ query })}`);
  const told = await reply.json();
  const said = reply.ok ? told.text[box.dataset.lang] : told.detail;
  cite.lastElementChild.textContent = said;
  if (reply.ok) cite.append(copying(() => said));
}

function copying(content) {
  const button = make("button", { type: "button" }, words.copy);
  button.addEventListener("click", async () => {
    await navigator.clipboard?.writeText(content());
    button.textContent = words.copied;
  });
  return button;
}

function start() {
  box.hidden = false;
  field.closest("p").hidden = true;
  field.required = false;
  byId("ask").addEventListener("submit", (event) => {
    const wanted = new FormData(event.target).get("format");
    if (wanted) return; // a file in the format asked for
    event.preventDefault();
    run();
  });
  byId("cancel").addEventListener("click", cancel);
  byId("link").hidden = false;
  byId("link").addEventListener("click", async () => {
    const address = new URL(location.href);
    address.hash = "";
    address.searchParams.set("show", text());
    history.replaceState(null, "", address);
    await navigator.clipboard?.writeText(address.href);
    say(words.copied);
  });
  for (const button of document.querySelectorAll(".views button")) button.addEventListener("click", () => show(button.value));
  document.documentElement.dataset.ready = "";
}

start();
