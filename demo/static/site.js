// Fills in lazy pictures, loads a player when it is clicked, unfolds hidden rests, as the scripts of such sites do.
for (const image of document.querySelectorAll("img[data-runner-src]")) {
  image.src = image.dataset.runnerSrc;
}
for (const frame of document.querySelectorAll("iframe[data-runner-src]")) {
  const holder = frame.parentElement;
  holder.addEventListener("click", () => {
    frame.src = frame.dataset.runnerSrc;
    holder.classList.add("playing");
  }, { once: true });
}
for (const element of document.querySelectorAll("[data-runner-img-hd]")) {
  const image = new Image();
  image.src = element.dataset.runnerImgHd;
  image.alt = "";
  element.replaceChildren(image);
}
for (const button of document.querySelectorAll(".js-keep-reading")) {
  button.addEventListener("click", () => {
    const body = button.closest(".body");
    const hidden = body.querySelector("template");
    if (hidden) hidden.replaceWith(hidden.content.cloneNode(true));
    body.classList.toggle("expanded");
  });
}
