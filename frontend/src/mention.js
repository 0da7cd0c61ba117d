// "@" and the beginning of a name offers the people of the datalist that data-mentions names: colleagues by name in a note, members
// by the name that the network knows in what members read.
const MOST = 6;
let list = null;
let field = null;

const plain = (text) => text.toLocaleLowerCase().normalize("NFD").replace(/\p{M}/gu, "");
const begun = () => /(?:^|[\s(])@([\p{L}\p{M}\p{N}_.@'-]*(?: [\p{L}\p{M}'-]*)?)$/u.exec(field.value.slice(0, field.selectionStart));
const people = () => [...(document.getElementById(field.dataset.mentions)?.options ?? [])];
const isMeant = (one, wanted) => [one.value, one.label].some((name) => ` ${plain(name)}`.includes(` ${wanted}`));
const choices = () => [...(list?.querySelectorAll("button") ?? [])];

const close = () => {
  const gone = list;
  list = null; // first: what leaves the page loses the focus, which closes it again
  gone?.remove();
};

// Whoever stands in the list comes first; with two letters the server names others (data-more), each beginning asked once.
let timer;
const asked = new Set();
const ask = (words) => {
  clearTimeout(timer);
  const people = document.getElementById(field.dataset.mentions);
  const more = people?.dataset.more;
  const address = `${more}&q=${encodeURIComponent(words.trim())}`;
  if (!more || words.trim().length < 2 || asked.has(address)) return;
  timer = setTimeout(async () => {
    asked.add(address);
    const answer = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (!answer?.ok || answer.redirected) return void asked.delete(address);
    const known = new Set([...people.options].map((one) => one.value));
    const told = new DOMParser().parseFromString(await answer.text(), "text/html");
    const others = [...told.querySelectorAll("option")].filter((one) => !known.has(one.value));
    people.append(...others.map((one) => document.importNode(one, true)));
    if (others.length && document.activeElement === field && begun()?.[1] === words) offer();
  }, 150);
};

const take = (name) => {
  const words = begun();
  if (words) field.setRangeText(`${name} `, field.selectionStart - words[1].length, field.selectionStart, "end");
  close();
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
};

const offer = () => {
  close();
  const words = begun();
  if (!words) return;
  const wanted = plain(words[1]);
  const found = people().filter((one) => isMeant(one, wanted) && plain(one.value) !== wanted.trim());
  if (found.length < MOST) ask(words[1]);
  if (!found.length) return;
  list = document.createElement("ul");
  list.className = "mentions";
  for (const one of found.slice(0, MOST)) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "pick";
    button.textContent = one.label && one.label !== one.value ? `${one.label} (@${one.value})` : one.value;
    button.addEventListener("click", () => take(one.value));
    list.append(document.createElement("li"));
    list.lastChild.append(button);
  }
  field.after(list);
};

document.addEventListener("input", (event) => {
  if (!event.target.matches?.("[data-mentions]")) return;
  field = event.target;
  offer();
});

document.addEventListener("keydown", (event) => {
  if (!list || !(event.target === field || list.contains(event.target))) return;
  const all = choices();
  const at = all.indexOf(document.activeElement);
  if (event.key === "Escape") {
    close();
    field.focus();
  } else if (event.key === "ArrowDown") all[Math.min(at + 1, all.length - 1)].focus();
  else if (event.key === "ArrowUp") (all[at - 1] ?? field).focus();
  else if (event.key === "Enter" && at < 0 && !event.ctrlKey && !event.metaKey && begun()?.[1]) all[0].click();
  else return;
  event.preventDefault();
});

document.addEventListener("focusout", (event) => {
  if (list && event.relatedTarget !== field && !list.contains(event.relatedTarget)) close();
});
