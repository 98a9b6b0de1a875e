// Datasette's menus close when something beside them is clicked.
document.addEventListener("click", (event) => {
  const within = event.target instanceof Element ? event.target.closest("details") : null;
  for (const menu of document.querySelectorAll("details[open]")) {
    if (menu !== within) menu.open = false;
  }
});
