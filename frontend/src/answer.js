// An answer stands in the thread the moment it is sent; the server's page follows and says how long it can be taken back.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-leaves]")) return;
  if (event.submitter && !event.submitter.matches("[data-send]")) return;
  const text = form.querySelector("textarea").value.trim();
  const pictures = [...form.querySelectorAll(".answer-picture img")];
  const turns = document.querySelector(".turns");
  if (!turns || !(text || pictures.length)) return;
  const turn = Object.assign(document.createElement("article"), { className: "msg ours leaving" });
  const face = Object.assign(document.createElement("span"), { className: "face us", textContent: form.dataset.face });
  const header = document.createElement("header");
  header.append(Object.assign(document.createElement("b"), { textContent: form.dataset.name }));
  const words = Object.assign(document.createElement("div"), { className: "remote", textContent: text });
  const state = Object.assign(document.createElement("p"), { className: "delivery t1", textContent: form.dataset.leaves });
  const shown = Object.assign(document.createElement("div"), { className: "shown" });
  shown.append(...pictures.map((one) => one.cloneNode()));
  turn.append(face, header, words, ...(pictures.length ? [shown] : []), state);
  turns.append(turn);
  turn.scrollIntoView({ block: "nearest" });
});
