//! `shanyu export`
