//! Which OSM ways a person with a pram may walk on.
//!
//! Tag meanings are those of the OSM wiki (Key:highway, Key:foot, Key:access, Key:sidewalk). `Pedestrian` is what the city
//! counts with; `CommonWalk` is the "walk" rule the usual Python readers share, there to compare totals with them.

use crate::ReachError;
use serde::{Deserialize, Serialize};

/// A rule for walkable ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Profile {
    /// Open to the public on foot: no motorway, no `access=private`, no `foot=no`; a cycle way only where foot is allowed.
    Pedestrian,
    /// No cycle way, no area, no street whose sidewalk is mapped as a way of its own; `foot` decides before `access`.
    CommonWalk,
}

/// The tags of one way that decide. Absent tags are empty.
#[derive(Debug, Clone, Copy, Default)]
pub struct WayTags<'a> {
    /// `highway=*`
    pub highway: &'a str,
    /// `foot=*`
    pub foot: &'a str,
    /// `access=*`
    pub access: &'a str,
    /// `area=*`
    pub area: &'a str,
    /// `service=*`
    pub service: &'a str,
    /// `motorroad=*`
    pub motorroad: &'a str,
    /// `sidewalk=*`, `sidewalk:both=*`, `sidewalk:left=*`, `sidewalk:right=*`
    pub sidewalk: [&'a str; 4],
}

impl Profile {
    /// Parses `pedestrian` or `common_walk`.
    pub fn parse(text: &str) -> Result<Self, ReachError> {
        match text {
            "pedestrian" => Ok(Self::Pedestrian),
            "common_walk" => Ok(Self::CommonWalk),
            _ => Err(ReachError::File(format!("unknown profile `{text}`"))),
        }
    }

    /// The name used in files and results.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pedestrian => "pedestrian",
            Self::CommonWalk => "common_walk",
        }
    }

    /// Whether this way belongs to the walking network.
    pub fn allows(self, tags: &WayTags<'_>) -> bool {
        match self {
            Self::Pedestrian => pedestrian(tags),
            Self::CommonWalk => common_walk(tags),
        }
    }
}

/// `foot` values that open a way that would otherwise be shut.
fn foot_allowed(foot: &str) -> bool {
    matches!(foot, "yes" | "designated" | "permissive" | "destination" | "customers" | "official")
}

fn pedestrian(tags: &WayTags<'_>) -> bool {
    if matches!(tags.foot, "no" | "private" | "none") || tags.service == "private" {
        return false;
    }
    let shut = matches!(tags.access, "no" | "private" | "military" | "permit");
    if shut && !foot_allowed(tags.foot) {
        return false;
    }
    match tags.highway {
        "motorway" | "motorway_link" | "" => false,
        "proposed" | "construction" | "planned" | "abandoned" | "razed" | "disused" | "no" | "raceway" | "motor"
        | "escape" | "emergency_bay" | "rest_area" | "services" | "platform" => false,
        // Expressways of a city: on foot only where a walk is mapped.
        "trunk" | "trunk_link" if tags.motorroad == "yes" => foot_allowed(tags.foot),
        "bus_guideway" | "busway" => foot_allowed(tags.foot),
        "cycleway" => foot_allowed(tags.foot) || matches!(tags.sidewalk[0], "both" | "left" | "right" | "yes"),
        // The outline of a square can be walked; that of a car park or a mapped road surface is not a way.
        highway if tags.area == "yes" => matches!(highway, "pedestrian" | "footway"),
        _ => true,
    }
}

fn common_walk(tags: &WayTags<'_>) -> bool {
    // The more specific tag decides; a list such as `private;delivery` is shut when any of its values is.
    let access = if tags.foot.is_empty() { tags.access } else { tags.foot };
    let shut = access.split(';').any(|value| matches!(value.trim(), "no" | "private"));
    let unfit = matches!(
        tags.highway,
        "" | "abandoned"
            | "construction"
            | "no"
            | "planned"
            | "platform"
            | "proposed"
            | "raceway"
            | "razed"
            | "rest_area"
            | "services"
            | "bus_guideway"
            | "cycleway"
            | "motor"
            | "motorway"
            | "motorway_link"
    );
    !shut && !unfit && tags.area != "yes" && tags.service != "private" && !tags.sidewalk.contains(&"separate")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_decide_as_the_wiki_says() {
        let way = |highway, foot, access| WayTags { highway, foot, access, ..WayTags::default() };
        let cases = [
            (way("footway", "", ""), true, true),
            (way("residential", "", ""), true, true),
            (way("residential", "no", ""), false, false),
            (way("service", "", "private"), false, false),
            (way("service", "", "destination;private"), true, false),
            (way("service", "yes", "private"), true, true),
            (way("motorway", "yes", ""), false, false),
            (way("cycleway", "", ""), false, false),
            (way("cycleway", "designated", ""), true, false),
            (way("", "yes", ""), false, false),
            (way("steps", "", ""), true, true),
            (way("construction", "", ""), false, false),
        ];
        for (tags, on_foot, open) in cases {
            assert_eq!(Profile::Pedestrian.allows(&tags), on_foot, "{tags:?}");
            assert_eq!(Profile::CommonWalk.allows(&tags), open, "{tags:?}");
        }
    }

    #[test]
    fn the_outline_of_a_square_is_walkable_and_that_of_a_service_area_is_not() {
        let area = |highway| WayTags { highway, area: "yes", ..WayTags::default() };
        assert!(Profile::Pedestrian.allows(&area("pedestrian")));
        assert!(!Profile::Pedestrian.allows(&area("service")));
        assert!(!Profile::CommonWalk.allows(&area("pedestrian")));
        let separate = WayTags { highway: "residential", sidewalk: ["", "separate", "", ""], ..WayTags::default() };
        assert!(Profile::Pedestrian.allows(&separate));
        assert!(!Profile::CommonWalk.allows(&separate));
    }

    #[test]
    fn an_expressway_needs_a_mapped_walk() {
        let tags = WayTags { highway: "trunk", motorroad: "yes", ..WayTags::default() };
        assert!(!Profile::Pedestrian.allows(&tags));
        assert!(Profile::Pedestrian.allows(&WayTags { foot: "yes", ..tags }));
    }
}
