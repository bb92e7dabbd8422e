//! The program: configuration, packs, the list of slices, the server and the commands. It knows every slice and no
//! slice knows it; what the program can do is the sum of what they bring.

mod clear;
pub mod cli;
pub mod commands;
pub mod config;
pub mod demo;
pub mod door;
mod exports;
pub mod house;
pub mod listen;
pub mod packs;
pub mod packs_page;
pub mod serve;
mod shown;
pub mod start;

/// How a command ends (contract.md): 0 done; 1 a check found a fault; 2 wrong arguments or configuration; 3 data
/// refused, nothing changed.
#[derive(Debug)]
pub enum Stop {
    Fault(String),
    Wrong(String),
    Refused(String),
}

impl Stop {
    pub fn code(&self) -> u8 {
        match self {
            Stop::Fault(_) => 1,
            Stop::Wrong(_) => 2,
            Stop::Refused(_) => 3,
        }
    }

    pub fn line(&self) -> &str {
        match self {
            Stop::Fault(s) | Stop::Wrong(s) | Stop::Refused(s) => s,
        }
    }
}

impl From<db::Error> for Stop {
    fn from(error: db::Error) -> Stop {
        Stop::Wrong(error.to_string())
    }
}

pub type Done<T = ()> = Result<T, Stop>;
