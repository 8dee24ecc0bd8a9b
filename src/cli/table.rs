//! Tables for people.

use crate::base::console::stdout_width;

/// Rows under headings.
pub struct Table<const N: usize> {
    headings: [&'static str; N],
    rows: Vec<[String; N]>,
}

impl<const N: usize> Table<N> {
    /// A table.
    pub fn new(headings: [&'static str; N], rows: Vec<[String; N]>) -> Self {
        Self { headings, rows }
    }

    /// As it fits the terminal stdout is; nothing for a table without rows.
    pub fn to_text(&self) -> String {
        self.within(stdout_width())
    }

    /// In columns, or, where they are wider than that, one entry below the other. Columns without
    /// any content are left out.
    pub fn within(&self, width: Option<usize>) -> String {
        if self.rows.is_empty() {
            return String::new();
        }
        let columns = self.columns();
        match width {
            Some(width) if columns.lines().any(|line| line.chars().count() > width) => {
                self.entries()
            }
            _ => columns,
        }
    }

    /// The columns with content, each with its width.
    fn shown(&self) -> Vec<(usize, usize)> {
        let width = |column: usize| {
            let longest = self.rows.iter().map(|row| row[column].chars().count()).max()?;
            (longest > 0).then(|| longest.max(self.headings[column].len()))
        };
        (0..N).filter_map(|column| Some((column, width(column)?))).collect()
    }

    fn columns(&self) -> String {
        let shown = self.shown();
        let headings = self.headings.map(str::to_owned);
        let mut text = String::new();
        for row in std::iter::once(&headings).chain(&self.rows) {
            let cells = shown.iter().map(|(column, width)| format!("{:<width$}", row[*column]));
            text.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
            text.push('\n');
        }
        text
    }

    fn entries(&self) -> String {
        let width = self.headings.iter().map(|heading| heading.len()).max().unwrap_or(0);
        let entry = |row: &[String; N]| {
            let cells = row.iter().zip(self.headings).filter(|(cell, _)| !cell.is_empty());
            let lines = cells.map(|(cell, heading)| format!("{heading:<width$}  {cell}\n"));
            lines.collect::<String>()
        };
        self.rows.iter().map(entry).collect::<Vec<_>>().join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table<3> {
        let row = |cells: [&str; 3]| cells.map(str::to_owned);
        Table::new(["NAME", "ROLE", "N"], vec![row(["a", "", "1"]), row(["größer", "", "22"])])
    }

    #[test]
    fn columns_line_up_and_empty_ones_are_left_out() {
        let columns = "NAME    N\na       1\ngrößer  22\n";
        assert_eq!(table().within(None), columns);
        assert_eq!(table().within(Some(10)), columns, "it fits exactly");
        assert_eq!(Table::new(["NAME"], Vec::new()).within(None), "");
    }

    #[test]
    fn a_table_wider_than_the_terminal_becomes_entries() {
        let entries = "NAME  a\nN     1\n\nNAME  größer\nN     22\n";
        for width in [9, 5, 1] {
            assert_eq!(table().within(Some(width)), entries, "{width}");
        }
    }
}
