//! Sheets as people type them: XLSX and CSV into rows of text, and rows into XLSX and CSV.
