//! Figures from records, on both engines: known answers on a small city, and the four tests that every declaration
//! must pass (indicators.md): kept rows equal a recount, streets sum to districts and to the city, evidence rows equal
//! numerator and denominator, and emptied tables say that there are no records.

mod city;
mod declarations;
mod known;
mod many;
mod marks;
mod naive;
mod preview;
mod remind;
mod replay;
mod scans;
