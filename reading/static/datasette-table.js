// What Datasette's table page tells its own script.
window.DATASETTE_ALLOW_FACET = document.currentScript.dataset.allowFacet === "true";
