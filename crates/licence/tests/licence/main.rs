//! The life of an institution on both engines: granted matters write its file and issue its notice, whose code is read
//! back from the paper by another program and asked of the server.

mod batch;
mod file;
mod house;
mod kinds;
mod life;
mod opening;
mod walk;
mod walks;
