//! What is known: yearly births per street, and where they were counted, children by single age at the ends of years.
//! Checked at the door; a [`District`] has streets with different codes and one count for each of the same years.

use crate::ForecastError;

/// What is known of one street (街道, 镇, 乡).
#[derive(Debug, Clone, PartialEq)]
pub struct Street {
    /// Its code or name, different from all others.
    pub code: String,
    /// Births per year, oldest first, all streets over the same years.
    pub births: Vec<u32>,
    /// Residents the births are to be compared with; without it the street's own long-run births are.
    pub population: Option<f64>,
    /// Children of completed age 0, 1, 2 at the end of each year, where counted; empty, or one entry per year.
    pub stock: Vec<Option<[u32; 3]>>,
    /// Children enrolled at the end of the last year, where known.
    pub enrolled: Option<u32>,
}

impl Street {
    /// A street of which only births are known.
    pub fn of_births(code: &str, births: Vec<u32>) -> Self {
        Self { code: code.to_owned(), births, population: None, stock: Vec::new(), enrolled: None }
    }

    /// The count at the end of the last year, if there is one.
    pub(crate) fn last_stock(&self) -> Option<[u32; 3]> {
        self.stock.last().copied().flatten()
    }
}

/// Streets that together are a district.
#[derive(Debug, Clone, PartialEq)]
pub struct District {
    first_year: i32,
    streets: Vec<Street>,
}

impl District {
    /// Fewest years of births.
    pub const FEWEST_YEARS: usize = crate::univariate::FEWEST;

    /// Most births of a year, all streets together; more is a slip of units (the whole country has under ten million).
    pub const MOST_BIRTHS: u64 = 100_000_000;

    /// Checks and takes the streets; `first_year` is the year of their first birth count.
    pub fn new(first_year: i32, streets: Vec<Street>) -> Result<Self, ForecastError> {
        let Some(years) = streets.first().map(|street| street.births.len()) else {
            return Err(ForecastError::Streets("no street given".to_owned()));
        };
        if years < Self::FEWEST_YEARS {
            return Err(ForecastError::TooShort { got: years, need: Self::FEWEST_YEARS });
        }
        let mut codes: Vec<&str> = streets.iter().map(|street| street.code.as_str()).collect();
        codes.sort_unstable();
        if let Some(pair) = codes.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(ForecastError::Streets(format!("street {} is given twice", pair[0])));
        }
        for street in &streets {
            if street.births.len() != years {
                let year = first_year + street.births.len().min(years) as i32;
                return Err(ForecastError::Year { place: street.code.clone(), year, fault: "missing" });
            }
            if !(street.stock.is_empty() || street.stock.len() == years) {
                return Err(ForecastError::Streets(format!("street {} has stock counts for other years", street.code)));
            }
            if street.population.is_some_and(|people| !(people >= 0.0 && people.is_finite())) {
                let got = street.population.unwrap_or(f64::NAN);
                return Err(ForecastError::Parameter { what: "population", range: "zero or more", got });
            }
        }
        for year in 0..years {
            let total: u64 = streets.iter().map(|street| u64::from(street.births[year])).sum();
            if total > Self::MOST_BIRTHS {
                let (place, year) = ("all streets".to_owned(), first_year + year as i32);
                return Err(ForecastError::Births { place, year, value: total as f64 });
            }
        }
        Ok(Self { first_year, streets })
    }

    /// The streets in the order given.
    pub fn streets(&self) -> &[Street] {
        &self.streets
    }

    /// First year of the history.
    pub fn first_year(&self) -> i32 {
        self.first_year
    }

    /// Last year of the history; the first forecast year is the next.
    pub fn last_year(&self) -> i32 {
        self.first_year + self.years() as i32 - 1
    }

    /// Years of history.
    pub fn years(&self) -> usize {
        self.streets[0].births.len()
    }

    /// District births per year.
    pub fn births(&self) -> Vec<u32> {
        (0..self.years()).map(|year| self.streets.iter().map(|street| street.births[year]).sum()).collect()
    }

    /// The same district as it was known at the end of `year`: everything later is gone. Enrolment, known for the last year
    /// only, is gone too.
    pub fn until(&self, year: i32) -> Result<Self, ForecastError> {
        let keep = (year - self.first_year + 1).clamp(0, self.years() as i32) as usize;
        let cut = |street: &Street| Street {
            code: street.code.clone(),
            births: street.births[..keep].to_vec(),
            population: street.population,
            stock: street.stock.iter().take(keep).copied().collect(),
            enrolled: street.enrolled.filter(|_| keep == self.years()),
        };
        Self::new(self.first_year, self.streets.iter().map(cut).collect())
    }
}
