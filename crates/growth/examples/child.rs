//! One girl, born in the 33rd week, measured at five ages.
//!
//!     cargo run -p growth --example child

use growth::{
    Age, CORRECTED_UNTIL, Child, Gestation, HeadCm, Measured, Posture, Refusal, Sex, Standard, Stature, WeightKg,
    assess,
};

fn main() -> Result<(), Refusal> {
    let gestation = Gestation::new(32, 4)?;
    let visits = [
        (92, 5.1, 56.0, 37.6, Posture::Lying),
        (183, 7.0, 64.5, 41.5, Posture::Lying),
        (365, 9.0, 73.5, 44.6, Posture::Lying),
        (731, 11.8, 86.4, 47.2, Posture::Standing),
        (1000, 13.6, 93.0, 48.3, Posture::Standing),
    ];
    println!(" day  table    weight      stature     BMI         head        weight for stature");
    for (day, kg, cm, head, posture) in visits {
        let age = Age::corrected(day, gestation, CORRECTED_UNTIL)?;
        let measured = Measured {
            weight: Some(WeightKg::new(kg)?),
            stature: Some(Stature::new(cm, Some(posture))?),
            head: Some(HeadCm::new(head)?),
        };
        let found = assess(Standard::Wst423, Child { sex: Sex::Female, age }, &measured)?;
        print!("{day:>4} {:>6}  ", age.table_day().map_or("-".into(), |day| day.to_string()));
        for score in [
            found.weight_for_age,
            found.stature_for_age,
            found.bmi_for_age,
            found.head_for_age,
            found.weight_for_stature,
        ] {
            match score {
                Ok(score) => print!("{:>6.2} P{:<4.0}", score.z, score.percentile),
                Err(gap) => print!("  {gap:?}"),
            }
        }
        println!();
    }
    println!("\na typing error: {}", Stature::new(0.864, None).expect_err("metres are refused"));
    Ok(())
}
