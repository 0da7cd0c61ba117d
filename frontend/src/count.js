// Live count under a text: links as long as the network counts them (data-link), letters or whole characters (data-unit).
const language = document.documentElement.lang;
const segments = new Intl.Segmenter(language, { granularity: "grapheme" });

const length = (field) => {
  const link = Number(field.dataset.link) || 0;
  const text = link ? field.value.replace(/https?:\/\/\S+/g, "x".repeat(link)) : field.value;
  return field.dataset.unit === "grapheme" ? [...segments.segment(text)].length : [...text].length;
};

const show = (field) => {
  const out = document.getElementById(field.dataset.count);
  if (!out) return;
  const [now, most] = [length(field), Number(field.dataset.max) || 0];
  const sentence = most ? (document.body.dataset.of ?? "{n} / {max}") : "{n}";
  out.textContent = sentence.replace("{n}", now.toLocaleString(language)).replace("{max}", most.toLocaleString(language));
  out.classList.toggle("danger", most > 0 && now > most);
};

const showAll = () => document.querySelectorAll("[data-count]").forEach(show);

document.addEventListener("input", (event) => {
  if (event.target.matches("[data-count]")) show(event.target);
});
document.addEventListener("htmx:after:swap", showAll);
showAll();
