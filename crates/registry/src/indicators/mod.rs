//! The indicators whose records are the registry's: the supply group and the rooms. Each is one declaration; the SQL
//! of its units stands in `store.rs` beside it, built on one text of what "operating" means.

mod store;

use indicator::{Declaration, Fold, Level, Param, PeriodKind, UnitKind, Variant};
use store as sql;

/// Which kinds count as an inclusive point is a norm, not a constant.
const INCLUSIVE_KINDS: Param = Param::FacetsAllowed { key: "inclusive.counts", facet: "kind" };

/// What is asked of an institution's file, as a number for each circumstance ([`crate::filled::asked`]).
macro_rules! asked_of_a_file {
    ($at:literal) => {
        Param::Read { key: "file.required", facet: "kind=institution", read: |list| crate::filled::asked(list)[$at] }
    };
}

/// All declarations of this slice.
pub static INDICATORS: &[Declaration] = &[
    Declaration {
        id: "new_inclusive_points_per_year",
        period: PeriodKind::Year,
        fold: Fold::Count,
        unit: UnitKind::Facility,
        units: sql::NEW_INCLUSIVE_POINTS,
        records: sql::CARE_RECORDS,
        params: &[INCLUSIVE_KINDS],
        ..BLANK
    },
    Declaration {
        id: "inclusive_point_street_coverage",
        units: sql::INCLUSIVE_STREETS,
        records: sql::CARE_RECORDS,
        params: &[INCLUSIVE_KINDS],
        ..BLANK
    },
    Declaration {
        id: "central_street_inclusive_point_coverage",
        units: sql::INCLUSIVE_CENTRAL_STREETS,
        records: sql::CARE_RECORDS,
        params: &[INCLUSIVE_KINDS],
        ..BLANK
    },
    Declaration {
        id: "integrated_kindergarten_share",
        unit: UnitKind::Facility,
        units: sql::INTEGRATED_KINDERGARTENS,
        records: sql::KINDERGARTEN_RECORDS,
        ..BLANK
    },
    Declaration {
        id: "public_integrated_full_coverage_street_share",
        units: sql::PUBLIC_INTEGRATED_STREETS_ALL,
        records: sql::KINDERGARTEN_RECORDS,
        variants: &[
            Variant { name: "all", units: sql::PUBLIC_INTEGRATED_STREETS_ALL },
            Variant { name: "any", units: sql::PUBLIC_INTEGRATED_STREETS_ANY },
        ],
        ..BLANK
    },
    Declaration {
        id: "new_public_toddler_classes_per_year",
        period: PeriodKind::Year,
        fold: Fold::Count,
        unit: UnitKind::Class,
        units: sql::NEW_PUBLIC_TODDLER_CLASSES,
        records: sql::KINDERGARTEN_RECORDS,
        ..BLANK
    },
    Declaration {
        id: "new_kindergarten_toddler_class_rate",
        period: PeriodKind::Plan,
        unit: UnitKind::Facility,
        units: sql::BUILT_KINDERGARTENS,
        records: sql::KINDERGARTEN_RECORDS,
        variants: &[Variant { name: "in_principle", units: sql::BUILT_KINDERGARTENS_IN_PRINCIPLE }],
        ..BLANK
    },
    Declaration {
        id: "expandable_kindergarten_toddler_class_rate",
        unit: UnitKind::Facility,
        units: sql::EXPANDABLE_KINDERGARTENS,
        records: sql::KINDERGARTEN_RECORDS,
        ..BLANK
    },
    Declaration {
        id: "toddler_classes_total",
        fold: Fold::Count,
        unit: UnitKind::Class,
        units: sql::TODDLER_CLASSES,
        records: sql::KINDERGARTEN_RECORDS,
        ..BLANK
    },
    Declaration {
        id: "integrated_kindergartens_total",
        fold: Fold::Count,
        unit: UnitKind::Facility,
        units: sql::INTEGRATED_KINDERGARTENS,
        records: sql::KINDERGARTEN_RECORDS,
        ..BLANK
    },
    Declaration {
        id: "nurseries_total",
        fold: Fold::Count,
        unit: UnitKind::Facility,
        units: sql::NURSERIES,
        records: sql::NURSERY_RECORDS,
        ..BLANK
    },
    Declaration {
        id: "notified_institutions_total",
        fold: Fold::Count,
        unit: UnitKind::Facility,
        units: sql::NOTIFIED,
        records: sql::NOTICE_RECORDS,
        ..BLANK
    },
    Declaration {
        id: "institution_file_completeness",
        unit: UnitKind::Facility,
        units: sql::COMPLETE_FILES,
        records: sql::INSTITUTION_RECORDS,
        params: &[
            asked_of_a_file!(0),
            asked_of_a_file!(1),
            asked_of_a_file!(2),
            asked_of_a_file!(3),
            asked_of_a_file!(4),
        ],
        ..BLANK
    },
    Declaration {
        id: "places_per_thousand",
        fold: Fold::Rate { per: 1000.0 },
        unit: UnitKind::Facility,
        level: Level::District,
        units: sql::APPROVED_PLACES,
        due: Some(sql::POPULATION),
        records: sql::CARE_RECORDS,
        ..BLANK
    },
    Declaration {
        id: "street_guidance_station_coverage",
        units: sql::STATION_STREETS,
        records: sql::STATION_RECORDS,
        ..BLANK
    },
    Declaration {
        id: "new_child_friendly_communities_per_year",
        period: PeriodKind::Year,
        fold: Fold::Count,
        unit: UnitKind::Facility,
        units: sql::NEW_FRIENDLY_COMMUNITIES,
        records: sql::FRIENDLY_RECORDS,
        ..BLANK
    },
    Declaration {
        id: "child_friendly_communities_total",
        fold: Fold::Count,
        unit: UnitKind::Facility,
        units: sql::FRIENDLY_COMMUNITIES,
        records: sql::FRIENDLY_RECORDS,
        ..BLANK
    },
    Declaration {
        id: "child_friendly_street_coverage",
        units: sql::FRIENDLY_STREETS,
        records: sql::FRIENDLY_RECORDS,
        ..BLANK
    },
    Declaration {
        id: "ecd_bases_total",
        fold: Fold::Count,
        unit: UnitKind::Facility,
        units: sql::ECD_BASES,
        records: sql::ECD_RECORDS,
        ..BLANK
    },
    Declaration {
        id: "ecd_base_district_coverage",
        level: Level::District,
        units: sql::ECD_DISTRICTS,
        records: sql::ECD_RECORDS,
        ..BLANK
    },
    Declaration {
        id: "ecd_network_tier_nodes",
        fold: Fold::Count,
        unit: UnitKind::Facility,
        units: sql::ECD_TIER_NODES,
        records: sql::ECD_RECORDS,
        ..BLANK
    },
    Declaration {
        id: "play_observation_room_district_coverage",
        level: Level::District,
        units: sql::PLAY_ROOM_DISTRICTS,
        records: sql::PLAY_ROOM_RECORDS,
        ..BLANK
    },
    Declaration {
        id: "play_observation_room_street_coverage",
        units: sql::PLAY_ROOM_STREETS,
        records: sql::PLAY_ROOM_RECORDS,
        ..BLANK
    },
    Declaration {
        id: "parent_child_points_total",
        fold: Fold::Count,
        unit: UnitKind::Facility,
        units: sql::PARENT_CHILD_POINTS,
        records: sql::PARENT_CHILD_RECORDS,
        ..BLANK
    },
];

/// Operating inclusive points by street; no target names it, the tile map of the cockpit is drawn from it.
pub const INCLUSIVE_POINTS: Declaration = Declaration {
    id: "inclusive_points",
    fold: Fold::Count,
    unit: UnitKind::Facility,
    units: sql::INCLUSIVE_POINTS,
    records: sql::CARE_RECORDS,
    params: &[INCLUSIVE_KINDS],
    ..BLANK
};

/// A share of streets on a day; declarations name what differs.
const BLANK: Declaration = Declaration {
    id: "",
    version: 1,
    period: PeriodKind::Day,
    fold: Fold::Share,
    level: Level::Street,
    unit: UnitKind::Place,
    units: "",
    due: None,
    records: "",
    params: &[],
    variants: &[],
};
