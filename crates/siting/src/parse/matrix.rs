//! A distance matrix as CSV: `demand_id,site_id,distance`, with `demand_id,weight` in a second file beside it.
//!
//! Ids are free text; sites and demand points are numbered in the order of their first appearance. A pair that is absent
//! cannot be served. A repeated pair, an unknown id among the weights or a demand point without a weight is refused.

use std::collections::HashMap;

use super::amount;
use crate::error::{Result, SitingError};

/// Demand points, sites and the distances between them.
#[derive(Debug, Clone, PartialEq)]
pub struct Matrix {
    /// Ids of the demand points.
    pub demand_ids: Vec<String>,
    /// Ids of the sites.
    pub site_ids: Vec<String>,
    /// Weight of each demand point (1 where no weights were given).
    pub weight: Vec<f64>,
    /// `(demand, site, distance)`, distance in the unit of the file.
    pub pairs: Vec<(u32, u32, f64)>,
}

fn refuse(error: csv::Error) -> SitingError {
    let line = error.position().map_or(1, |at| at.line() as usize);
    SitingError::line(line, error.to_string())
}

fn rows<'a>(text: &'a str, header: &[&str]) -> Result<csv::Reader<&'a [u8]>> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let found = reader.headers().map_err(refuse)?;
    if found.iter().map(|name| name.trim_start_matches('\u{feff}')).ne(header.iter().copied()) {
        return Err(SitingError::line(1, format!("the header must be `{}`", header.join(","))));
    }
    Ok(reader)
}

fn numbered(ids: &mut Vec<String>, index: &mut HashMap<String, u32>, id: &str) -> u32 {
    if let Some(&known) = index.get(id) {
        return known;
    }
    let new = ids.len() as u32;
    index.insert(id.to_owned(), new);
    ids.push(id.to_owned());
    new
}

/// Reads distances and, where given, weights.
pub fn parse_matrix(distances: &str, weights: Option<&str>) -> Result<Matrix> {
    let (mut demand_ids, mut site_ids) = (Vec::new(), Vec::new());
    let (mut demand_index, mut site_index) = (HashMap::new(), HashMap::new());
    let mut pairs = Vec::new();
    let mut seen: HashMap<(u32, u32), usize> = HashMap::new();
    for row in rows(distances, &["demand_id", "site_id", "distance"])?.records() {
        let row = row.map_err(refuse)?;
        let line = row.position().map_or(1, |at| at.line() as usize);
        if row[0].is_empty() || row[1].is_empty() {
            return Err(SitingError::line(line, "an id is empty"));
        }
        let demand = numbered(&mut demand_ids, &mut demand_index, &row[0]);
        let site = numbered(&mut site_ids, &mut site_index, &row[1]);
        if let Some(first) = seen.insert((demand, site), line) {
            return Err(SitingError::line(
                line,
                format!("the pair {},{} stands on line {first} already", &row[0], &row[1]),
            ));
        }
        pairs.push((demand, site, amount(line, "the distance", &row[2])?));
    }
    if pairs.is_empty() {
        return Err(SitingError::BadInstance("the matrix has no pair".into()));
    }
    let mut weight: Vec<Option<f64>> = vec![if weights.is_some() { None } else { Some(1.0) }; demand_ids.len()];
    if let Some(text) = weights {
        for row in rows(text, &["demand_id", "weight"])?.records() {
            let row = row.map_err(refuse)?;
            let line = row.position().map_or(1, |at| at.line() as usize);
            let demand = *demand_index
                .get(&row[0])
                .ok_or_else(|| SitingError::line(line, format!("`{}` has a weight but no distance", &row[0])))?;
            if weight[demand as usize].replace(amount(line, "the weight", &row[1])?).is_some() {
                return Err(SitingError::line(line, format!("`{}` has a second weight", &row[0])));
            }
        }
    }
    let weight = weight
        .into_iter()
        .zip(&demand_ids)
        .map(|(weight, id)| weight.ok_or_else(|| SitingError::BadInstance(format!("`{id}` has no weight"))))
        .collect::<Result<Vec<f64>>>()?;
    Ok(Matrix { demand_ids, site_ids, weight, pairs })
}
