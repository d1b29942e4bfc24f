// On a question's page: buttons that copy, and names suggested while typing.

import { site } from "./root.js";
const words = document.querySelector("script[data-copied]").dataset;

for (const block of document.querySelectorAll("pre[data-copy]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = words.copy;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(block.textContent);
    button.textContent = words.copied;
  });
  block.before(button);
}

const lang = document.documentElement.lang;
for (const list of document.querySelectorAll("datalist[data-suggest]")) {
  const input = document.querySelector(`input[list="${list.id}"]`);
  const own = [...list.children];
  let last = 0;
  input.addEventListener("input", async () => {
    const asked = input.value.trim();
    const now = ++last;
    if (asked.length < 2) return;
    const answer = await fetch(`${site}/api/search?kind=entity&kind=source&limit=10&q=${encodeURIComponent(asked)}`);
    if (!answer.ok || now !== last) return;
    const { results } = await answer.json();
    const known = new Set(own.map((option) => option.value));
    const more = results.filter((hit) => !known.has(hit.id)).map((hit) => new Option(hit.label[lang] ?? hit.label.en, hit.id));
    list.replaceChildren(...own, ...more);
  });
}
