// An answer stands in the thread the moment it is sent; the server's page follows and says how long it can be taken back.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-leaves]")) return;
  const text = form.querySelector("textarea").value.trim();
  const turns = document.querySelector(".turns");
  if (!text || !turns) return;
  const turn = Object.assign(document.createElement("article"), { className: "msg ours leaving" });
  const face = Object.assign(document.createElement("span"), { className: "face us", textContent: form.dataset.face });
  const header = document.createElement("header");
  header.append(Object.assign(document.createElement("b"), { textContent: form.dataset.name }));
  const words = Object.assign(document.createElement("div"), { className: "remote", textContent: text });
  const state = Object.assign(document.createElement("p"), { className: "delivery t1", textContent: form.dataset.leaves });
  turn.append(face, header, words, state);
  turns.append(turn);
  turn.scrollIntoView({ block: "nearest" });
});
