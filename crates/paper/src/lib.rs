//! Documents on paper: Typst templates and data into PDF.
