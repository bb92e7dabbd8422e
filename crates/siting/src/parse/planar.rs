//! Planar coverage files: a header, then one point per line.
//!
//! Rows are `x y demand` (every customer is also a candidate) or, where candidates stand apart, `F id x y cost` and
//! `C id x y demand`. The header's first number must agree with the rows that follow; the rest of the header is ignored
//! except, for `F`/`C` files, the number of customers.

use super::{amount, number};
use crate::error::{Result, SitingError};

/// Customers and candidates in the plane.
#[derive(Debug, Clone, PartialEq)]
pub struct Planar {
    /// Coordinates of the customers, in the unit of the file.
    pub customers: Vec<(f64, f64)>,
    /// Demand of each customer.
    pub demand: Vec<f64>,
    /// Coordinates of the candidates.
    pub candidates: Vec<(f64, f64)>,
}

/// Reads a planar file.
pub fn parse_planar(text: &str) -> Result<Planar> {
    let mut rows = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let (top, header) = rows.next().ok_or_else(|| SitingError::line(1, "the file is empty"))?;
    let header: Vec<&str> = header.split_whitespace().collect();
    let announced = header[0].parse::<usize>().map_err(|_| {
        SitingError::line(top + 1, format!("the header must begin with the number of points, found `{}`", header[0]))
    })?;
    let mut planar = Planar { customers: Vec::new(), demand: Vec::new(), candidates: Vec::new() };
    let mut apart = false;
    for (index, row) in rows {
        let line = index + 1;
        let words: Vec<&str> = row.split_whitespace().collect();
        let fields = match words[0] {
            "F" | "C" => {
                apart = true;
                &words[2.min(words.len())..]
            }
            _ if apart => return Err(SitingError::line(line, "a row without `F` or `C` among rows that have it")),
            _ => &words[..],
        };
        if fields.len() != 3 {
            return Err(SitingError::line(line, format!("x, y and a demand expected, found {} fields", fields.len())));
        }
        let at = (number(line, "x", fields[0])?, number(line, "y", fields[1])?);
        let value = amount(line, "the demand", fields[2])?;
        if words[0] == "F" {
            planar.candidates.push(at);
        } else {
            planar.customers.push(at);
            planar.demand.push(value);
        }
    }
    let found = if apart { planar.candidates.len() } else { planar.customers.len() };
    if found != announced {
        let what = if apart { "candidates" } else { "points" };
        return Err(SitingError::BadInstance(format!("the header announces {announced} {what}, the file has {found}")));
    }
    if apart {
        let customers = header.get(1).and_then(|word| word.parse::<usize>().ok());
        if customers != Some(planar.customers.len()) {
            return Err(SitingError::BadInstance(format!(
                "the header must announce the {} customers of the file",
                planar.customers.len()
            )));
        }
    } else {
        planar.candidates = planar.customers.clone();
    }
    if planar.customers.is_empty() || planar.candidates.is_empty() {
        return Err(SitingError::BadInstance("the file has no customer or no candidate".into()));
    }
    Ok(planar)
}
