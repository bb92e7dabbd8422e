//! What can be wrong with a question about walking, each with a stable code the pages and scripts may rely on.
//! A wrong input ends here as a sentence; it never becomes a figure that looks right.

/// A refused input or file. `Display` is one sentence for a person, [`ReachError::code`] the stable name.
#[derive(Debug, thiserror::Error, PartialEq)]
pub enum ReachError {
    /// A coordinate that is not on the globe.
    #[error("{lon}, {lat} is not a longitude and latitude in degrees{hint}")]
    Coordinate {
        /// Longitude as given.
        lon: f64,
        /// Latitude as given.
        lat: f64,
        /// What it may be instead, with a leading separator, or empty.
        hint: &'static str,
    },
    /// A text that is not `lon,lat`.
    #[error("`{0}` is not two numbers `lon,lat` in degrees")]
    CoordinateText(String),
    /// A coordinate system this engine cannot convert.
    #[error("unknown coordinate system `{0}`: declare wgs84 or gcj02")]
    UnknownCrs(String),
    /// GCJ-02 is defined for mainland China only.
    #[error("{lon}, {lat} was declared GCJ-02 but lies outside the box where GCJ-02 is defined")]
    OutsideGcj {
        /// Longitude as given.
        lon: f64,
        /// Latitude as given.
        lat: f64,
    },
    /// Minutes or speed outside what a person walks.
    #[error("{what} must be within {range}, got {got}")]
    Parameter {
        /// Name of the parameter.
        what: &'static str,
        /// The accepted range in words.
        range: &'static str,
        /// The value given.
        got: f64,
    },
    /// A weight that is negative or not a number.
    #[error("point {index} has weight {weight}: a weight is a number of children, zero or more")]
    Weight {
        /// Zero-based number of the point.
        index: usize,
        /// The weight given.
        weight: f64,
    },
    /// A point or site names an area that the call did not announce.
    #[error("point {index} names area {area}, but only {areas} areas were announced")]
    Area {
        /// Zero-based number of the point.
        index: usize,
        /// The area named.
        area: u32,
        /// How many areas exist.
        areas: usize,
    },
    /// Nothing to walk from or to.
    #[error("no {0} given")]
    Empty(&'static str),
    /// Not one of the points has a walkable edge near it.
    #[error(
        "no walkable edge within {max_link_m} m of {what} at {first}; the network spans {bounds}: wrong coordinate system or \
         wrong extract?{hint}"
    )]
    NothingNear {
        /// Whom nothing is near, in words.
        what: String,
        /// The longest link allowed, metres.
        max_link_m: f64,
        /// Bounding box of the network in words.
        bounds: String,
        /// The first coordinate.
        first: String,
        /// What the coordinates may be instead, with a leading space, or empty.
        hint: &'static str,
    },
    /// The extract holds no walkable way at all.
    #[error("the extract holds no walkable way ({ways} ways read)")]
    NoWalkableWay {
        /// Ways seen in the file.
        ways: u64,
    },
    /// The OSM file is damaged or of an unsupported kind.
    #[error("OSM PBF: {0}")]
    Pbf(String),
    /// The network file is damaged, foreign or of another version.
    #[error("network file: {0}")]
    File(String),
    /// More nodes, segments or millimetres than 32 bits hold.
    #[error("the network is too large: {0}")]
    TooLarge(&'static str),
}

impl ReachError {
    /// The stable code of this error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Coordinate { .. } | Self::CoordinateText(_) => "reach.coordinate",
            Self::UnknownCrs(_) => "reach.unknown_crs",
            Self::OutsideGcj { .. } => "reach.outside_gcj02",
            Self::Parameter { .. } => "reach.parameter",
            Self::Weight { .. } => "reach.weight",
            Self::Area { .. } => "reach.area",
            Self::Empty(_) => "reach.empty",
            Self::NothingNear { .. } => "reach.nothing_near",
            Self::NoWalkableWay { .. } => "reach.no_walkable_way",
            Self::Pbf(_) => "reach.pbf",
            Self::File(_) => "reach.file",
            Self::TooLarge(_) => "reach.too_large",
        }
    }
}
