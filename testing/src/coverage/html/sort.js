for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.querySelectorAll("th")];
  heads.forEach((head, column) => head.addEventListener("click", () => {
    const up = head.dataset.order !== "up";
    heads.forEach((other) => delete other.dataset.order);
    head.dataset.order = up ? "up" : "down";
    const value = (row) => {
      const cell = row.cells[column];
      return head.dataset.sort === "number" ? Number(cell.dataset.value) : cell.textContent;
    };
    const rows = [...table.tBodies[0].rows];
    rows.sort((a, b) => (value(a) < value(b) ? -1 : value(a) > value(b) ? 1 : 0) * (up ? 1 : -1));
    table.tBodies[0].append(...rows);
  }));
}
