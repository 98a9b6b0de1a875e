// Datasette's editor for SQL, on its own libraries.
window.addEventListener("load", () => {
  const button = document.querySelector("button#sql-format");
  const shown = document.querySelector("pre#sql-query");
  const typed = document.querySelector("textarea#sql-editor");
  if (typed) {
    const editor = CodeMirror.fromTextArea(typed, { lineNumbers: true, mode: "text/x-sql", lineWrapping: true });
    editor.setOption("extraKeys", { "Shift-Enter": () => document.querySelector("form.sql").submit(), Tab: false });
    cmResize(editor, { resizableWidth: false });
    if (button && !shown) {
      button.hidden = false;
      button.addEventListener("click", () => editor.setValue(sqlFormatter.format(editor.getValue())));
    }
  }
  if (button && shown) {
    const formatted = sqlFormatter.format(shown.textContent);
    if (formatted !== shown.textContent) {
      button.hidden = false;
      button.addEventListener("click", () => { shown.textContent = formatted; });
    }
  }
});
