// A slider with data-one and data-many ("{n} hours") says its number with the unit, not the bare number.
const say = (slider) => {
  const words = Number(slider.value) === 1 ? slider.dataset.one : slider.dataset.many;
  const number = Number(slider.value).toLocaleString(document.documentElement.lang);
  slider.setAttribute("aria-valuetext", words.replace("{n}", number));
};

document.addEventListener("input", (event) => {
  if (event.target.matches("input[type=range][data-many]")) say(event.target);
});
