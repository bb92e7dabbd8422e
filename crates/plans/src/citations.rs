//! What of the plans rests on clauses and norms: each target on the place in its plan, each computed indicator on the
//! norms that its declaration names, the lights on the pace.

use crate::{Plans, figures::PACE, policy::VIEW};
use indicator::Param;
use kernel::Lang;
use places::{Citation, RestsOn};
use web::Words;

impl Plans {
    /// From the packs and the declarations, as they were read.
    pub fn citations(&self) -> Vec<Citation> {
        let (zh, en) = (Words(Lang::Zh), Words(Lang::En));
        let mut out = vec![Citation {
            rests_on: RestsOn::Norm(PACE.to_owned()),
            kind: "rule",
            zh: zh.t("plans.change.lights").to_owned(),
            en: en.t("plans.change.lights").to_owned(),
            href: "/plans".to_owned(),
            action: &VIEW,
        }];
        for (id, declaration) in &self.declared {
            let Some(described) = self.catalogue.get(id) else { continue };
            let mut keys: Vec<&str> = declaration.params.iter().map(Param::key).collect();
            keys.dedup();
            for key in keys {
                out.push(Citation {
                    rests_on: RestsOn::Norm(key.to_owned()),
                    kind: "indicator",
                    zh: described.name_zh.clone(),
                    en: described.name_en.clone(),
                    href: format!("/indicators#{id}"),
                    action: &VIEW,
                });
            }
        }
        for plan in &self.plans {
            for target in &plan.targets {
                out.push(Citation {
                    rests_on: RestsOn::Section {
                        number: plan.document_number.clone(),
                        label: target.source_section.clone(),
                    },
                    kind: "target",
                    zh: format!("{} {}", target.id, target.name_zh),
                    en: format!("{} {}", target.id, target.name_en),
                    href: format!("/plans/{}/targets/{}", plan.id, target.id),
                    action: &VIEW,
                });
            }
        }
        out
    }
}
