//! A month of double-random checks from beginning to end: commit, wait for the seed, draw, replace, verify.
//!
//!     cargo run -p draw --example month

use draw::command;

const INPUT: &str = include_str!("../tests/month.json");

fn main() {
    let committed = command::commit(INPUT);
    println!("{}\n", committed.message);
    let record = committed.file.expect("the input above is feasible");

    let drawn = command::run(&record, "20220620d3a7b5c1");
    println!("{}\n", drawn.message);
    let result = drawn.file.expect("the rules above can be kept");
    print_teams(&result);

    let object = draw::Outcome::parse(&result).expect("just written").assignments()[0].object.clone();
    let replaced = command::replace(&result, Some(&object), None, "停业整顿");
    println!("\n{object}: {}", replaced.message);
    let result = replaced.file.expect("its stratum has two more objects");
    print_teams(&result);

    println!("\n{}", command::verify(&result).message);
    let forged = result.replace("\"Z3\"", "\"Z4\"");
    println!("\nforged: {}", command::verify(&forged).message);
}

fn print_teams(result: &str) {
    for assignment in draw::Outcome::parse(result).expect("a result of this run").assignments() {
        println!("  {} ← {}", assignment.object, assignment.officers.join(", "));
    }
}
