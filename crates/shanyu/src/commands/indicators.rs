//! `shanyu indicators`: figures on standard output.

use crate::{Done, Stop, config::Config, house::Made};
use kernel::{Clock, Day};
use serde_json::{Value, json};

pub async fn run(config: Config, plan: Option<&str>, region: Option<&str>, as_of: Option<Day>, as_json: bool) -> Done {
    let last = Made::read(&config.data)?.and_then(|m| m.today);
    let house = super::open(&config).await?;
    let day = as_of.or(last).unwrap_or_else(|| Clock::System.today());
    let plan = match plan {
        None => None,
        Some(id) => Some(house.plans.plan(id).ok_or_else(|| Stop::Wrong(format!("--plan {id}: no such plan")))?),
    };
    let mut read = house.db.read().await?;
    let top = plan.map(|p| p.place.clone());
    let code = region.map(str::to_owned).or(top);
    let place = match &code {
        Some(code) => places::by_code(&mut read, code, day).await?,
        None => places::root(&mut read, day).await?,
    };
    let place = place.ok_or_else(|| {
        Stop::Wrong(format!("--region {}: no place has this code on {day}", code.unwrap_or_default()))
    })?;
    let inner = |e: web::Error| Stop::Refused(format!("{e:?}"));
    let items: Vec<Value> = match plan {
        Some(plan) => plans::api::targets_json(&house.plans, &mut read, plan, &place, day).await.map_err(inner)?,
        None => {
            let mut out = Vec::new();
            for described in house.plans.catalogue.list() {
                let mut one = plans::api::indicator_json(&house.plans, &mut read, &described.id, &place, day)
                    .await
                    .map_err(inner)?;
                one["name_zh"] = json!(described.name_zh);
                one["unit"] = json!(described.unit);
                out.push(one);
            }
            out
        }
    };
    if as_json {
        let document = json!({"plan": plan.map(|p| &p.id), "region": place.code, "as_of": day, "items": items});
        println!("{}", serde_json::to_string_pretty(&document).map_err(|e| Stop::Wrong(e.to_string()))?);
    } else {
        for item in &items {
            let text = |key: &str| match &item[key] {
                Value::String(s) => s.clone(),
                Value::Null => "—".to_owned(),
                other => other.to_string(),
            };
            println!("{:<48} {:>12} {:<10} {}", text("id"), text("value"), text("light"), text("name_zh"));
        }
    }
    drop(read);
    house.db.close().await;
    Ok(())
}
