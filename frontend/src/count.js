// Live count under a text, as the server counts it: links as long as the network says (data-link); letters, whole
// characters, UTF-16 units, bytes or weights (data-unit), of the composed form; of @name@server only @name (data-short).
import { weightOf } from "./weigh.js";

const language = document.documentElement.lang;
const segments = new Intl.Segmenter(language, { granularity: "grapheme" });

const ADDRESS = /https?:\/\/[^\s<>"]*[^\s<>".,;:!?)\]}'»“”]/g;

const FAR = /(?<![=/\p{L}\p{N}_])@([A-Za-z0-9_][A-Za-z0-9_.-]{0,63})@[\p{L}\p{N}_-][\p{L}\p{N}_.:-]{0,251}[\p{L}\p{N}_]/gu;

const COUNTERS = {
  grapheme: (text) => [...segments.segment(text)].length,
  byte: (text) => new TextEncoder().encode(text).length,
  utf16: (text) => text.length,
  weighted: weightOf,
};

export const lengthOf = (value, { link, unit, short }) => {
  const [counts, written] = [Number(link) || 0, value.normalize("NFC")];
  const shown = counts ? written.replace(ADDRESS, "x".repeat(counts)) : written;
  const text = short ? shown.replace(FAR, "@$1") : shown;
  return (COUNTERS[unit] ?? ((letters) => [...letters].length))(text);
};

export const told = (out, now, most) => {
  const sentence = most ? (document.body.dataset.of ?? "{n} / {max}") : "{n}";
  out.textContent = sentence.replace("{n}", now.toLocaleString(language)).replace("{max}", most.toLocaleString(language));
  out.classList.toggle("danger", most > 0 && now > most);
};

const show = (field) => {
  const out = document.getElementById(field.dataset.count);
  if (out) told(out, lengthOf(field.value, field.dataset), Number(field.dataset.max) || 0);
};

const showAll = () => document.querySelectorAll("[data-count]").forEach(show);

document.addEventListener("input", (event) => {
  if (event.target.matches("[data-count]")) show(event.target);
});
document.addEventListener("htmx:after:swap", showAll);
showAll();
