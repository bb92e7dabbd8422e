//! `shanyu import`
